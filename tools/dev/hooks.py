"""The pre-commit hook: layout and house rules on what is about to be committed."""

import os
import shutil
import subprocess

from dev import paths

_MARK = "# installed by ./dev setup"
_SCRIPT = f"""#!/bin/sh
{_MARK}
set -e
root=$(git rev-parse --show-toplevel)
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
"$root/dev" fmt --check --staged
"$root/dev" tidy --staged
"""


def install() -> bool:
    """Installs the hook in a git checkout; leaves a hook that is not ours alone.

    `git config hearth.hook false` keeps it away, and so do CI and HEARTH_NO_HOOK=1.
    """
    if not paths.in_git_checkout() or not shutil.which("git"):
        return False
    if os.environ.get("HEARTH_NO_HOOK") or os.environ.get("CI"):
        return False
    wanted = subprocess.run(["git", "-C", paths.ROOT, "config", "--bool", "hearth.hook"],
                            check=False, text=True, capture_output=True).stdout.strip()
    if wanted == "false":
        return False
    done = subprocess.run(["git", "-C", paths.ROOT, "rev-parse", "--git-path", "hooks"],
                          check=False, text=True, capture_output=True)
    if done.returncode:
        return False
    hook = paths.ROOT / done.stdout.strip() / "pre-commit"
    if hook.exists() and _MARK not in hook.read_text(encoding="utf-8", errors="replace"):
        return False
    if hook.exists() and hook.read_text(encoding="utf-8") == _SCRIPT:
        return False
    hook.parent.mkdir(parents=True, exist_ok=True)
    hook.write_text(_SCRIPT, encoding="utf-8")
    hook.chmod(0o755)
    return True
