"""What gunicorn loads: `gunicorn -c python:service.server service.wsgi:app`."""

import atexit

from service import register
from service.app import create_app
from service.bootstrap import assemble, process_settings
from service.platform import start_tracing, stop_tracing, warn_of_owner
from service.platform.metrics import watch_pool

_settings = process_settings()
start_tracing(_settings.traces_endpoint, "web")
_assembly = assemble(_settings)
warn_of_owner(_assembly.database)
atexit.register(stop_tracing)
atexit.register(_assembly.notes.close)
watch_pool(_assembly.database.engine, 2 * _assembly.settings.pool_size)
register.load_dictionaries()
app = create_app(_assembly)
