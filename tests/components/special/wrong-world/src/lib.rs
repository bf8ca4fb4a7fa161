//! A valid component that has nothing to do with lback.

wit_bindgen::generate!({
    inline: "
        package test:greeting@0.1.0;
        interface greeting { greet: func(name: string) -> string; }
        world greeter { export greeting; }
    ",
});

use exports::test::greeting::greeting::Guest;

struct Component;

impl Guest for Component {
    fn greet(name: String) -> String {
        format!("good day, {name}")
    }
}

export!(Component);
