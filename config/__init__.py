"""How is Engraft wired to its surroundings: environment, database, queue, addresses?"""

from config.celery import app as celery_app

# Celery's @shared_task finds its queue here, in every process that loads the project.
__all__ = ("celery_app",)
