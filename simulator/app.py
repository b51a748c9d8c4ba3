"""The application: Twilio's API, the control API, the page of phones, health."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import Response

from simulator import control_api, listing, messages_api, page, webhook_api
from simulator.errors import error
from simulator.network import Network, NetworkSettings


async def _health() -> dict[str, str]:
    return {"status": "ok"}


async def _not_found(request: Request, _: Exception) -> Response:
    return error(20404, path=request.url.path)


def create_app(settings: NetworkSettings) -> FastAPI:
    """One network behind one application; its file is open while the application lives."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        network = app.state.network = Network(settings)
        courier = asyncio.create_task(network.courier.run())
        try:
            yield
        finally:
            courier.cancel()
            await asyncio.wait({courier})
            network.close()

    app = FastAPI(title="Simulated phone network", lifespan=lifespan)
    app.include_router(messages_api.router)
    app.include_router(listing.router)
    app.include_router(control_api.router)
    app.include_router(webhook_api.router)
    app.include_router(page.router)
    app.add_api_route("/healthz", _health)
    app.add_exception_handler(404, _not_found)
    return app
