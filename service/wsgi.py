"""What gunicorn loads: `gunicorn -c python:service.gunicorn service.wsgi:app`."""

from service.app import create_app
from service.bootstrap import assemble, process_settings

app = create_app(assemble(process_settings()))
