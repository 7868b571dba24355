"""Files that a browser saves."""

from fastapi import Response

CSV = "text/csv; charset=utf-8"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
XML = "application/xml"
JSON = "application/json"
PDF = "application/pdf"


def attached(data: bytes, name: str, media_type: str) -> Response:
    """`name`: of ours, never of a person's or a member's."""
    return Response(data, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})
