# SPDX-License-Identifier: BSD-3-Clause
"""Names of the stub files, for Meson, which wants them before anything is built: one for each
module that a class table names or a file of the package writes. usage: stub_names.py ROOT
"""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
sources = [p for part in ("lib", "algorithms", "preprocessing") for p in (root / part).rglob("*.c")]
modules = set()
for source in sources:
    modules.update(re.findall(r'\.module = "(\w+)"', source.read_text()))
written = {p.stem for p in (root / "python" / "cofit").glob("*.py")}
modules |= {name for name in written if not name.startswith("_")} | {"__init__"}
print("\n".join(f"{name}.pyi" for name in sorted(modules)))
