CREATE TABLE `users` (
  `id` int unsigned NOT NULL AUTO_INCREMENT,
  `email` varchar(255) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '' COMMENT 'login; name',
  `kind` enum('a','b') DEFAULT 'a',
  `created` timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (`id`),
  UNIQUE KEY `email` (`email`),
  KEY `kind_created` (`kind`,`created`),
  FULLTEXT KEY `ft` (`email`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE orders (id int PRIMARY KEY, user_id int unsigned, CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE TABLE copy LIKE users;
CREATE TABLE totals SELECT user_id, count(*) n FROM orders GROUP BY user_id;
ALTER TABLE users ADD COLUMN age tinyint AFTER email, ADD INDEX ix_age (age), MODIFY kind varchar(10) NOT NULL, CHANGE email mail varchar(255);
ALTER TABLE users DROP INDEX email, DROP COLUMN age, ALGORITHM=INPLACE, LOCK=NONE;
ALTER TABLE orders DROP FOREIGN KEY fk_user, DROP PRIMARY KEY;
ALTER TABLE orders ADD CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE users RENAME INDEX kind_created TO ix_kind, RENAME COLUMN mail TO email;
ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
ALTER TABLE users COMMENT = 'people', AUTO_INCREMENT = 100;
ALTER TABLE users ALTER COLUMN kind SET DEFAULT 'b';
CREATE UNIQUE INDEX ux ON users (kind) USING BTREE;
DROP INDEX ux ON users;
RENAME TABLE orders TO old_orders, totals TO archive.totals;
CREATE OR REPLACE ALGORITHM=MERGE VIEW v AS SELECT * FROM users;
DROP VIEW IF EXISTS v;
DROP TABLE IF EXISTS copy, old_orders;
CREATE DATABASE reports CHARACTER SET utf8mb4;
USE reports;
