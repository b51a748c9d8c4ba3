"""Whatever a route cannot use is refused without being repeated."""

from pathlib import Path

import pytest
from console_stand import console_settings
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sealed import RING

from console.app import create_app
from console.desk import Desk
from console.spool import Spool
from records.database import Records

NAME = "Qvizkor"


class Deep(BaseModel):
    answers: list[dict[str, int]]


@pytest.mark.parametrize(
    "body", [{"answers": [{NAME: NAME}]}, {NAME: 1}, [NAME], {"answers": NAME}, NAME]
)
async def test_a_body_that_does_not_fit_is_not_repeated(body: object, tmp_path: Path) -> None:
    records = await Records.open(f"sqlite:///{tmp_path}/none.db", ring=RING)
    app = create_app(
        console_settings(tmp_path), Desk(records, Spool(tmp_path / "spool", records.seals))
    )

    @app.post("/deep/{number}")
    async def deep(number: int, deep: Deep, page: int = 0) -> None: ...

    caller = TestClient(app, raise_server_exceptions=False)
    for answer in (
        caller.post("/deep/1", json=body),
        caller.post(f"/deep/{NAME}", json={"answers": []}),
        caller.post(f"/deep/1?page={NAME}", json={"answers": []}),
        caller.post("/deep/1", content=f'{{"{NAME}'.encode()),
    ):
        assert answer.status_code == 422
        assert NAME not in answer.text + str(answer.headers)
    await records.close()
