CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    created_at timestamptz DEFAULT now(),
    CHECK (position('@' in email) > 1)
);
CREATE TABLE IF NOT EXISTS billing.orders (
    id serial,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    total numeric(10, 2) DEFAULT 0 NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_total_positive CHECK (total >= 0)
);
CREATE TABLE order_lines (
    order_id int,
    position int,
    sku varchar(40),
    PRIMARY KEY (order_id, position),
    FOREIGN KEY (order_id) REFERENCES billing.orders ON UPDATE CASCADE ON DELETE SET NULL
);
CREATE TABLE "Mixed Case" (LIKE users INCLUDING ALL);
CREATE UNLOGGED TABLE events (at timestamptz, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE admins (level int) INHERITS (users);
CREATE TEMP TABLE old_orders AS SELECT * FROM billing.orders WHERE total = 0;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_orders_user ON billing.orders USING btree (user_id DESC);
CREATE UNIQUE INDEX ux_users_email ON users (lower(email)) WHERE email IS NOT NULL;
CREATE VIEW recent_orders AS SELECT o.* FROM billing.orders o JOIN users u ON u.id = o.user_id;
CREATE MATERIALIZED VIEW totals AS WITH t AS (SELECT user_id, sum(total) FROM billing.orders GROUP BY 1) SELECT * FROM t;
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy' AFTER 'ok';
CREATE DOMAIN email_address AS text CHECK (VALUE LIKE '%@%');
CREATE SEQUENCE invoice_number START 1000;
CREATE SCHEMA IF NOT EXISTS audit;
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;
COMMENT ON TABLE users IS 'Everybody; also admins';
COMMENT ON COLUMN billing.orders.total IS 'with tax';
GRANT SELECT ON users TO reporting;
DROP INDEX CONCURRENTLY IF EXISTS billing.ix_orders_user;
DROP TABLE IF EXISTS events, "Mixed Case" CASCADE;
DROP VIEW recent_orders;
DROP MATERIALIZED VIEW totals;
DROP TYPE mood;
DROP SCHEMA audit CASCADE;
