import logging
import sys

from alembic import context


class Handler(logging.Handler):
    def emit(self, record):
        print(record.levelname, record.name, record.pathname, record.lineno, record.getMessage())


logging.basicConfig(level=logging.DEBUG, handlers=[Handler()])
logging.captureWarnings(True)
import warnings

warnings.warn("captured")
print(logging.root.handlers, logging.getLogger("alembic").handlers)
context.config.config_file_name = None
