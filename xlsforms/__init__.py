"""The four XLSForms: reviewable sources in `src`, the .xlsx built from them beside."""
