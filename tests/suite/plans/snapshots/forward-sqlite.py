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
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_column('phone')


def downgrade() -> None:
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone', sa.String(length=40), nullable=True))
