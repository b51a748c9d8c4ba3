"""A request that no route can use is refused without a word of what it brought."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse


async def _unusable(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"detail": "This request cannot be used."}, status_code=422)


def say_nothing_of_inputs(app: FastAPI) -> None:
    """FastAPI's own answer repeats each value that does not fit, and the names of fields."""
    app.add_exception_handler(RequestValidationError, _unusable)
