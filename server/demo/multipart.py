"""A submission's body, byte for byte as OkHttp writes it for ODK Collect. Pure.

Source: `OkHttpConnection.java` `uploadSubmissionAndFiles`, OkHttp `MultipartBody`: raw UTF-8 in the header, only quotes
and line ends escaped, a Content-Length per part, the length of the whole known beforehand.
"""

import mimetypes
import uuid
from collections.abc import Mapping

MOST_FILES = 101  # per POST, besides the XML


def body(
    xml: bytes, files: Mapping[str, bytes], *, title: str = "表单", is_incomplete: bool = False
) -> tuple[str, bytes]:
    """(content type, body) of one POST."""
    boundary = str(uuid.uuid4())
    parts = [_part("xml_submission_file", f"{title}_2025-08-03_09-30-12.xml", "text/xml", xml)]
    parts += [_part(name, name, _type_of(name), data) for name, data in files.items()]
    if is_incomplete:
        parts.append(_part("*isIncomplete*", None, None, b"yes"))
    fence = f"--{boundary}\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", b"".join(
        [*(fence + part for part in parts), f"--{boundary}--\r\n".encode()]
    )


def split(files: Mapping[str, bytes], xml_size: int, most_bytes: int) -> list[dict[str, bytes]]:
    """The files of each POST: closed when the next would pass the accepted length, or after 101."""
    posts: list[dict[str, bytes]] = [{}]
    size = xml_size
    for name, data in files.items():
        if posts[-1] and (size + len(data) > most_bytes or len(posts[-1]) >= MOST_FILES):
            posts.append({})
            size = xml_size
        posts[-1][name] = data
        size += len(data)
    return posts


def _part(name: str, filename: str | None, type: str | None, data: bytes) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    if filename is not None:
        disposition += f'; filename="{_quoted(filename)}"'
    head = [disposition, *([f"Content-Type: {type}"] if type else []), f"Content-Length: {len(data)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + data + b"\r\n"


def _quoted(name: str) -> str:
    return name.replace("\n", "%0A").replace("\r", "%0D").replace('"', "%22")


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
