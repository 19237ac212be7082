"""A stand-in for a Flyte back end: checks, runs and registers what `pyflyte` sends, in tests.

Tasks run as processes with the exact command of their container. Nothing here knows Kedro.

    package = Package.read(Path("flows.tgz"))            # written by `pyflyte package`
    assert check(package) == []                          # what Flyte's compiler would say
    propeller = Propeller(storage=LocalStorage(tmp_path / "store"), folder=tmp_path / "pods")
    execution = propeller.run(package, "flows.main", {"n": 3})
    assert execution.output_value("o0") == 6, execution.error

    with S3Server() as s3, StandInAdmin(s3, tmp_path / "pods") as admin:
        config = admin.config_file(tmp_path)             # for `pyflyte --config ... register`
"""

from flyte_standin.admin import StandInAdmin
from flyte_standin.compiler import check, require_valid
from flyte_standin.findings import CompileError, Finding
from flyte_standin.package import Package
from flyte_standin.pods import Fault, PodRun
from flyte_standin.propeller import Execution, Propeller
from flyte_standin.s3_server import S3Server
from flyte_standin.storage import LocalStorage, S3Storage, Storage

__all__ = [
    "CompileError",
    "Execution",
    "Fault",
    "Finding",
    "LocalStorage",
    "Package",
    "PodRun",
    "Propeller",
    "S3Server",
    "S3Storage",
    "StandInAdmin",
    "Storage",
    "check",
    "require_valid",
]
