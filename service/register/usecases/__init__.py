"""What people and programs do to the register, one function each."""

from service.register.usecases.seeding import seed

__all__ = ["seed"]
