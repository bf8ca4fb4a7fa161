"""revert users to before add_phone

Revision ID: REVISION
Revises: add_total
"""

import sqlalchemy as sa
from alembic import op

revision = 'REVISION'
down_revision = 'add_total'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column('users', 'phone')


def downgrade() -> None:
    op.add_column('users', sa.Column('phone', sa.String(length=40), nullable=True))
