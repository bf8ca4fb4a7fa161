CREATE TABLE accounts (id int PRIMARY KEY, balance int);
CREATE OR REPLACE FUNCTION touch() RETURNS trigger AS $$
BEGIN
    INSERT INTO audit_log (at) VALUES (now());
    NEW.updated_at := now();
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER accounts_touch BEFORE INSERT OR UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION touch();
DO $$
DECLARE
    r record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'kind') THEN
        CREATE TYPE kind AS ENUM ('a', 'b');
    END IF;
    FOR r IN SELECT id FROM accounts LOOP
        UPDATE accounts SET balance = CASE WHEN balance < 0 THEN 0 ELSE balance END WHERE id = r.id;
    END LOOP;
EXCEPTION
    WHEN duplicate_object THEN NULL;
END $$;
DO $$ BEGIN EXECUTE 'DROP TABLE old_accounts'; EXECUTE format('DROP TABLE %I', name) ; END $$;
CREATE FUNCTION total() RETURNS bigint LANGUAGE sql AS 'SELECT sum(balance) FROM accounts';
CREATE FUNCTION standard() RETURNS int BEGIN ATOMIC SELECT 1; DELETE FROM accounts; END;
CREATE FUNCTION script() RETURNS int AS $$ return 1 $$ LANGUAGE plpython3u;
SELECT total();
SELECT script();
DROP TRIGGER accounts_touch ON accounts;
DROP FUNCTION touch() CASCADE;
CREATE PROCEDURE tidy() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM audit_log; COMMIT; END $$;
CALL tidy();
