"""What gunicorn loads: `gunicorn -c python:service.server service.wsgi:app`."""

import atexit

from service import register
from service.app import create_app
from service.bootstrap import assemble, process_settings
from service.platform.metrics import watch_pool

_assembly = assemble(process_settings())
atexit.register(_assembly.notes.close)
watch_pool(_assembly.database.engine, 2 * _assembly.settings.pool_size)
register.load_dictionaries()
app = create_app(_assembly)
