"""How gunicorn serves the site; the command line gives only where to listen and how many workers.

gunicorn --config python:config.gunicorn --bind HOST:PORT --workers N
"""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

wsgi_app = "config.wsgi"
worker_class = "sync"
timeout = 60
control_socket_disable = True
# No access log: core.middleware writes a line for every request, with the same id as everything else it caused.
logconfig_dict = settings.LOGGING
