"""Sources of the four forms. One module per form, shared fragments once; `build.py` writes the workbooks."""
