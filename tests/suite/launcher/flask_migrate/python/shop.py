"""An application with two tables, and a third in the bind `reports` if there is one."""

import os

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
migrate = Migrate()


class One(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))


class Two(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))


if os.environ.get("SHOP_REPORTS"):

    class Report(db.Model):
        __bind_key__ = "reports"
        id = db.Column(db.Integer, primary_key=True)


def create_app():
    app = Flask(__name__)
    usual = "sqlite:///" + os.path.abspath("test.db")
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("SHOP_DATABASE", usual)
    if os.environ.get("SHOP_REPORTS"):
        app.config["SQLALCHEMY_BINDS"] = {"reports": "sqlite:///" + os.path.abspath("reports.db")}
    db.init_app(app)
    migrate.init_app(app, db, command=os.environ.get("SHOP_GROUP", "db"))
    return app
