"""Error pages: what happened, what to do next, and nothing of what was sent."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from chassis.web.pages import page

KNOWN = (400, 401, 403, 404, 405, 413, 422, 429, 500, 503)


def install_error_pages(app: FastAPI) -> None:
    """Answer every refusal of this application with a page of ours."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)


def error_page(request: Request, status: int, headers: dict[str, str] | None = None) -> Response:
    """The page for a status. One that we have no words for is told as the first of its family."""
    known = status if status in KNOWN else (400 if status < 500 else 500)
    response = page(request, "chassis/error.html", status=status, error=known)
    response.headers.update(headers or {})
    if status == 503:
        response.headers.setdefault("retry-after", "60")
    return response


def _refused(request: Request, error: Exception) -> Response:
    """`detail` is not shown: it is written by whoever raises, sometimes with what was sent."""
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=headers)
    return error_page(request, error.status_code, headers)


def _invalid(request: Request, error: Exception) -> Response:
    """An address whose parts do not read (a case that is no id) is an address that does not exist."""
    in_path = isinstance(error, RequestValidationError) and any(e["loc"][:1] == ("path",) for e in error.errors())
    return error_page(request, 404 if in_path else 422)
