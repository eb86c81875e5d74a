"""Publishing a built site: onto a git branch, or into a folder; whole or not at all."""

from fxreport.site.publish.branch import Branch
from fxreport.site.publish.content import Settings, Target, publish
from fxreport.site.publish.editions import bring_editions
from fxreport.site.publish.folder import Folder

__all__ = ["Branch", "Folder", "Settings", "Target", "bring_editions", "publish"]
