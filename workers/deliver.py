"""The delivering process: `python -m workers.deliver`. Several may run; each partner is served by one of them.

Beside its deliveries one of them writes the notices to entities, as `schedule.toml` says.
"""

import asyncio
import signal
import threading

from service.bootstrap import open_database, process_settings
from service.notices.webhooks import Networks
from service.notices.webhooks.delivering import Courier
from workers.schedule import Scheduler, table
from workers.telling import tell_metrics


async def deliver() -> None:
    """Deliver webhooks until told to stop."""
    settings = process_settings()
    tell_metrics(settings)
    database = open_database(settings)
    networks = Networks.named(settings.webhook_networks)
    courier = Courier(database, networks, source=settings.webhook_source, authorities=settings.webhook_ca)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, courier.stop)
    beside = Scheduler(database, table(), process="deliverer")
    threading.Thread(target=beside.run, name="beside", daemon=True).start()
    try:
        await courier.run()
    finally:
        beside.stop()
        database.close()


def main() -> None:
    """Run the delivering process of this machine."""
    asyncio.run(deliver())


if __name__ == "__main__":
    main()
