"""The measured jobs run in the base install, which holds no tool of development."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["jobs", "seal", "findings", "publication"])
def test_a_module_of_jobs_needs_no_tool_of_development(module):
    absent = "import sys; sys.modules |= dict.fromkeys(['psutil', 'pytest', 'hypothesis'])"

    subprocess.run([sys.executable, "-c", f"{absent}; import bench.{module}"], check=True)
