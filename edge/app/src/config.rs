//! The settings of a deployment, and the refusal to start without the ones that matter.
//!
//! [`Config::from_settings`] names every setting once for all shells. Invariant: a [`Config`] that
//! [`Config::check`] let pass never signs with a key the public knows, unless it says it is a development one.

use std::fmt;

use crate::host::Base;
use crate::limits;

/// Settings of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Keys that sign query ids.
    pub keys: Keys,
    /// Origins whose pages may call the API and send choices, such as `https://old.example`.
    pub cors_origins: Vec<String>,
    /// The bearer token of `/admin/`; `None` shuts it.
    pub admin_token: Option<String>,
    /// The scheme and host of every absolute link; `None` takes those of the request, and then a deployment for the public has
    /// none of its answers kept.
    pub base: Option<Base>,
    /// Whether the platform's store can be exported over HTTP; where not, `/admin/choices` is no path.
    pub export: bool,
    /// Bytes of opened blocks kept for the current generation.
    pub cache_budget_bytes: usize,
    /// Days a choice is kept.
    pub choice_days: u32,
    /// New choices of one sender in a day at one location; `None` counts none.
    pub sender_choices: Option<u32>,
    /// New choices of all senders in a day at one location that none of the results is it; `None` counts none.
    pub none_choices: Option<u32>,
    /// Whether its visitors share their computers: pages then say so, and nothing of theirs stays there when a tab is closed.
    pub shared: bool,
    /// Whether this is a deployment for the public: development keys and tokens are refused.
    pub production: bool,
    /// Names this start of a development server; `/api/status` repeats it, so that who started it knows it.
    pub run: Option<String>,
    /// Where the index lies under the static origin, `/index/`.
    pub index_prefix: String,
}

/// The key that signs and the one before it, both accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Signs, and is accepted; `None` where a host has no key: it signs nothing and accepts nothing.
    pub current: Option<Key>,
    /// Is accepted still.
    pub previous: Option<Key>,
}

/// A secret with a number that query ids carry.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// 1 to 255; 0 marks the development key.
    pub id: u8,
    /// At least [`Key::MIN_BYTES`] bytes.
    pub secret: Vec<u8>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key {{ id: {}, secret: … }}", self.id)
    }
}

/// Says why a deployment does not start: what to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The setting.
    pub setting: &'static str,
    /// The values that it takes, in words.
    pub wanted: &'static str,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "set {}: {}", self.setting, self.wanted)
    }
}

impl std::error::Error for ConfigError {}

/// The names of the settings.
pub mod setting {
    /// `development` for a machine of one's own; anything else, and nothing, is production.
    pub const MODE: &str = "SEOGA_MODE";
    /// The key that signs query ids: `id:secret`.
    pub const KEY: &str = "SEOGA_KEY";
    /// The key before it, still accepted: `id:secret`.
    pub const KEY_PREVIOUS: &str = "SEOGA_KEY_PREVIOUS";
    /// The bearer token of the export: 32 characters or more.
    pub const ADMIN_TOKEN: &str = "SEOGA_ADMIN_TOKEN";
    /// The public scheme and host, `https://books.example`: every absolute link begins with it.
    pub const BASE: &str = "SEOGA_BASE";
    /// Foreign origins, separated by spaces or commas.
    pub const CORS_ORIGINS: &str = "SEOGA_CORS_ORIGINS";
    /// Days a choice is kept.
    pub const CHOICE_DAYS: &str = "SEOGA_CHOICE_DAYS";
    /// New choices of one sender in a day at one location; 0 counts none.
    pub const SENDER_CHOICES: &str = "SEOGA_SENDER_CHOICES";
    /// New choices in a day at one location that none of the results is it; 0 counts none.
    pub const NONE_CHOICES: &str = "SEOGA_NONE_CHOICES";
    /// Megabytes of opened blocks an isolate keeps.
    pub const CACHE_MB: &str = "SEOGA_CACHE_MB";
    /// `yes` where visitors share their computers, as on a library's terminals: nothing stays there when a tab is closed.
    pub const SHARED: &str = "SEOGA_SHARED";
    /// Names one start of a development server; of no effect in production.
    pub const RUN: &str = "SEOGA_RUN";

    /// The mode of a machine of one's own.
    pub const DEVELOPMENT: &str = "development";
    /// Every setting.
    pub const ALL: [&str; 12] = [
        MODE,
        KEY,
        KEY_PREVIOUS,
        ADMIN_TOKEN,
        BASE,
        CORS_ORIGINS,
        CHOICE_DAYS,
        SENDER_CHOICES,
        NONE_CHOICES,
        CACHE_MB,
        SHARED,
        RUN,
    ];
}

const TOKEN_WANTED: &str =
    "a token of 32 characters or more that is not public, such as `$(openssl rand -hex 32)`";
const KEY_WANTED: &str = "a number from 1 to 255, a colon and a secret of 32 characters or more, such as `1:$(openssl rand -hex 32)`";

const BASE_WANTED: &str = "the scheme and host under which visitors know the deployment, such as https://books.example; no path; https in production";

impl Key {
    /// Bytes of the shortest secret accepted.
    pub const MIN_BYTES: usize = 32;

    /// Makes the key of development machines. Everybody knows it.
    #[must_use]
    pub fn development() -> Self {
        Self { id: 0, secret: b"seoga development key: not a secret, not for production".to_vec() }
    }

    /// Tells whether everybody knows it.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.id == 0 || self.secret == Self::development().secret
    }

    /// Reads `id:secret`.
    ///
    /// # Errors
    /// [`ConfigError`] naming `setting` when the number is not 1 to 255 or the secret is too short.
    pub fn parse(setting: &'static str, text: &str) -> Result<Self, ConfigError> {
        let read = || {
            let (id, secret) = text.trim().split_once(':')?;
            let id = id.parse().ok().filter(|id| *id > 0)?;
            (secret.len() >= Self::MIN_BYTES).then(|| Key { id, secret: secret.as_bytes().to_vec() })
        };
        read().ok_or(ConfigError { setting, wanted: KEY_WANTED })
    }
}

impl Config {
    /// The bearer token of `/admin/` on development machines.
    pub const DEVELOPMENT_TOKEN: &str = "dev-admin-token";

    /// Makes the settings of a development machine.
    #[must_use]
    pub fn development() -> Self {
        Self {
            keys: Keys { current: Some(Key::development()), previous: None },
            cors_origins: Vec::new(),
            admin_token: Some(Self::DEVELOPMENT_TOKEN.to_owned()),
            base: None,
            export: true,
            cache_budget_bytes: limits::CACHE_BUDGET_BYTES,
            choice_days: limits::DEFAULT_CHOICE_DAYS,
            // One machine is all visitors.
            sender_choices: None,
            none_choices: None,
            shared: false,
            production: false,
            run: None,
            index_prefix: "/index/".to_owned(),
        }
    }

    /// Reads every setting by its name (see [`setting`]); empty counts as not set.
    ///
    /// # Errors
    /// [`ConfigError`] for the first setting that is missing or unreadable: the same as [`Config::check`].
    pub fn from_settings(read: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let read = |name: &str| read(name).map(|value| value.trim().to_owned()).filter(|v| !v.is_empty());
        let number = |name: &'static str, wanted: &'static str| {
            let parse = |text: String| text.parse::<u32>().map_err(|_| ConfigError { setting: name, wanted });
            read(name).map(parse).transpose()
        };
        let production = read(setting::MODE).as_deref() != Some(setting::DEVELOPMENT);
        let mut config = Self { production, ..Self::development() };
        let key = |name: &'static str| read(name).map(|text| Key::parse(name, &text)).transpose();
        if let Some(current) = key(setting::KEY)? {
            config.keys.current = Some(current);
        }
        config.keys.previous = key(setting::KEY_PREVIOUS)?;
        if let Some(token) = read(setting::ADMIN_TOKEN) {
            config.admin_token = Some(token);
        } else if production {
            config.admin_token = None;
        }
        if let Some(base) = read(setting::BASE) {
            let wrong = ConfigError { setting: setting::BASE, wanted: BASE_WANTED };
            config.base = Some(Base::parse(&base).ok_or(wrong)?);
        }
        if let Some(origins) = read(setting::CORS_ORIGINS) {
            let origins = origins.split([' ', ',']).filter(|origin| !origin.is_empty());
            config.cors_origins = origins.map(|origin| origin.trim_end_matches('/').to_owned()).collect();
        }
        if let Some(days) = number(setting::CHOICE_DAYS, "a whole number of days")? {
            config.choice_days = days;
        }
        let a_day = |name, default| {
            let most = number(name, "a whole number of choices a day, 0 for no limit")?;
            Ok(most.or(production.then_some(default)).filter(|most| *most > 0))
        };
        config.sender_choices = a_day(setting::SENDER_CHOICES, limits::SENDER_CHOICES)?;
        config.none_choices = a_day(setting::NONE_CHOICES, limits::NONE_CHOICES)?;
        if let Some(megabytes) = number(setting::CACHE_MB, "a whole number of megabytes")? {
            config.cache_budget_bytes = (megabytes as usize).saturating_mul(1 << 20);
        }
        config.shared = match read(setting::SHARED).as_deref() {
            None | Some("no") => false,
            Some("yes") => true,
            Some(_) => return Err(ConfigError { setting: setting::SHARED, wanted: "yes or no" }),
        };
        config.run = read(setting::RUN).filter(|_| !production);
        config.check()?;
        Ok(config)
    }

    /// Checks that a deployment may start with these settings.
    ///
    /// # Errors
    /// [`ConfigError`] that says what to set.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.production && self.keys.current.is_none() {
            return Err(ConfigError { setting: setting::KEY, wanted: KEY_WANTED });
        }
        let keys = [&self.keys.current, &self.keys.previous];
        for (key, name) in keys.into_iter().zip([setting::KEY, setting::KEY_PREVIOUS]) {
            let Some(key) = key else { continue };
            if self.production && key.is_development() || key.secret.len() < Key::MIN_BYTES {
                return Err(ConfigError { setting: name, wanted: KEY_WANTED });
            }
        }
        let number = |key: &Option<Key>| key.as_ref().map(|key| key.id);
        if self.keys.previous.is_some() && number(&self.keys.previous) == number(&self.keys.current) {
            return Err(ConfigError {
                setting: setting::KEY_PREVIOUS,
                wanted: "another number than the current key's",
            });
        }
        // The development token is shorter than the shortest one for the public.
        let fits = |token: &str| {
            token.len() >= Key::MIN_BYTES || !self.production && token == Self::DEVELOPMENT_TOKEN
        };
        if !self.admin_token.as_deref().is_none_or(fits) {
            return Err(ConfigError { setting: setting::ADMIN_TOKEN, wanted: TOKEN_WANTED });
        }
        if self.production && self.base.as_ref().is_some_and(|base| !base.is_https()) {
            return Err(ConfigError { setting: setting::BASE, wanted: BASE_WANTED });
        }
        if !(1..=3650).contains(&self.choice_days) {
            return Err(ConfigError { setting: setting::CHOICE_DAYS, wanted: "days from 1 to 3,650" });
        }
        if !(1 << 20..=1 << 30).contains(&self.cache_budget_bytes) {
            return Err(ConfigError { setting: setting::CACHE_MB, wanted: "megabytes from 1 to 1,024" });
        }
        let plain = |origin: &str| {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', '?', '#', '@']))
        };
        if !self.cors_origins.iter().all(|origin| plain(origin)) {
            return Err(ConfigError {
                setting: setting::CORS_ORIGINS,
                wanted: "origins such as https://old.example, separated by commas; no path, no wildcard",
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &'static [(&'static str, &'static str)]) -> Result<Config, ConfigError> {
        Config::from_settings(|name| {
            settings.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
        })
    }

    const SECRET: &str = "7:0123456789abcdef0123456789abcdef";

    #[test]
    fn production_without_a_key_refuses_and_says_what_to_set() {
        let refused = read(&[]).unwrap_err();
        assert_eq!(refused.setting, "SEOGA_KEY");
        assert!(refused.to_string().starts_with("set SEOGA_KEY: "), "{refused}");
        assert_eq!(read(&[("SEOGA_KEY", "1:short")]).unwrap_err().setting, "SEOGA_KEY");
        assert_eq!(
            read(&[("SEOGA_KEY", "0:0123456789abcdef0123456789abcdef")]).unwrap_err().setting,
            "SEOGA_KEY"
        );
    }

    #[test]
    fn production_refuses_what_the_public_knows() {
        let config = Config { production: true, ..Config::development() };
        assert_eq!(config.check().unwrap_err().setting, "SEOGA_KEY");
        let token = read(&[("SEOGA_KEY", SECRET), ("SEOGA_ADMIN_TOKEN", "dev-admin-token")]);
        assert_eq!(token.unwrap_err().setting, "SEOGA_ADMIN_TOKEN");
    }

    #[test]
    fn a_token_that_can_be_guessed_is_refused() {
        for (mode, token) in [("", "x"), ("development", "x"), ("", "0123456789abcdef0123456789abcde")] {
            let settings = [("SEOGA_MODE", mode), ("SEOGA_KEY", SECRET), ("SEOGA_ADMIN_TOKEN", token)];
            let refused = Config::from_settings(|name| {
                settings.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
            });
            let refused = refused.expect_err(token);
            assert_eq!(refused.setting, "SEOGA_ADMIN_TOKEN");
            assert!(refused.wanted.contains("32 characters or more"), "{refused}");
        }
        let long = read(&[("SEOGA_KEY", SECRET), ("SEOGA_ADMIN_TOKEN", "0123456789abcdef0123456789abcdef")]);
        assert!(long.unwrap().admin_token.is_some());
    }

    #[test]
    fn production_without_an_admin_token_shuts_the_export() {
        let config = read(&[("SEOGA_KEY", SECRET)]).unwrap();
        assert!(config.production);
        assert_eq!(config.admin_token, None);
        assert_eq!(config.keys.current.map(|key| key.id), Some(7));
    }

    #[test]
    fn senders_have_a_share_of_a_deployments_day_unless_it_says_otherwise() {
        let most = |settings| read(settings).unwrap().sender_choices;
        assert_eq!(most(&[("SEOGA_KEY", SECRET)]), Some(200));
        assert_eq!(most(&[("SEOGA_KEY", SECRET), ("SEOGA_SENDER_CHOICES", "1000")]), Some(1000));
        assert_eq!(most(&[("SEOGA_KEY", SECRET), ("SEOGA_SENDER_CHOICES", "0")]), None);
        assert_eq!(most(&[("SEOGA_MODE", "development"), ("SEOGA_SENDER_CHOICES", "5")]), Some(5));
        let none = |settings| read(settings).unwrap().none_choices;
        assert_eq!(none(&[("SEOGA_KEY", SECRET)]), Some(100));
        assert_eq!(none(&[("SEOGA_KEY", SECRET), ("SEOGA_NONE_CHOICES", "0")]), None);
        assert_eq!(none(&[("SEOGA_MODE", "development")]), None);
        let wrong = read(&[("SEOGA_KEY", SECRET), ("SEOGA_SENDER_CHOICES", "many")]).unwrap_err();
        assert_eq!(wrong.setting, "SEOGA_SENDER_CHOICES");
        let wrong = read(&[("SEOGA_KEY", SECRET), ("SEOGA_NONE_CHOICES", "-1")]).unwrap_err();
        assert_eq!(wrong.setting, "SEOGA_NONE_CHOICES");
    }

    #[test]
    fn computers_are_shared_where_the_operator_says_so_in_a_word_that_is_known() {
        let shared = |settings| read(settings).map(|config| config.shared);
        assert_eq!(shared(&[("SEOGA_KEY", SECRET)]), Ok(false));
        assert_eq!(shared(&[("SEOGA_KEY", SECRET), ("SEOGA_SHARED", "no")]), Ok(false));
        assert_eq!(shared(&[("SEOGA_KEY", SECRET), ("SEOGA_SHARED", "yes")]), Ok(true));
        for word in ["Yes", "true", "1"] {
            let wrong = Config::from_settings(|name| match name {
                "SEOGA_KEY" => Some(SECRET.to_owned()),
                "SEOGA_SHARED" => Some(word.to_owned()),
                _ => None,
            });
            assert_eq!(wrong.unwrap_err().to_string(), "set SEOGA_SHARED: yes or no", "{word}");
        }
    }

    #[test]
    fn development_starts_with_nothing_set() {
        assert_eq!(read(&[("SEOGA_MODE", "development")]), Ok(Config::development()));
    }

    #[test]
    fn a_start_has_a_name_in_development_alone() {
        let run = |mode| {
            let settings = [("SEOGA_MODE", mode), ("SEOGA_KEY", SECRET), ("SEOGA_RUN", "a1")];
            let read = |name: &str| settings.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            Config::from_settings(read).unwrap().run
        };
        assert_eq!((run("development").as_deref(), run("production")), (Some("a1"), None));
    }

    #[test]
    fn origins_are_lists_of_plain_origins() {
        let config = read(&[
            ("SEOGA_MODE", "development"),
            ("SEOGA_CORS_ORIGINS", "https://a.example/, http://localhost:3000"),
        ]);
        assert_eq!(config.unwrap().cors_origins, ["https://a.example", "http://localhost:3000"]);
        for wrong in ["*", "https://a.example/path", "a.example", "https://*.example"] {
            let config = Config { cors_origins: vec![wrong.to_owned()], ..Config::development() };
            assert_eq!(config.check().unwrap_err().setting, "SEOGA_CORS_ORIGINS", "{wrong}");
        }
    }

    #[test]
    fn the_base_is_https_and_has_no_path() {
        let config = read(&[("SEOGA_KEY", SECRET), ("SEOGA_BASE", "https://books.example/")]).unwrap();
        assert_eq!(config.base.unwrap().as_str(), "https://books.example");
        assert_eq!(read(&[("SEOGA_KEY", SECRET)]).unwrap().base, None);
        let wrong = read(&[("SEOGA_KEY", SECRET), ("SEOGA_BASE", "books.example")]);
        assert_eq!(wrong.unwrap_err().setting, "SEOGA_BASE");
        let plain = read(&[("SEOGA_KEY", SECRET), ("SEOGA_BASE", "http://books.example")]);
        assert_eq!(plain.unwrap_err().setting, "SEOGA_BASE");
        assert!(read(&[("SEOGA_MODE", "development"), ("SEOGA_BASE", "http://localhost:8787")]).is_ok());
    }

    #[test]
    fn two_keys_need_two_numbers() {
        let config = read(&[("SEOGA_KEY", SECRET), ("SEOGA_KEY_PREVIOUS", SECRET)]);
        assert_eq!(config.unwrap_err().setting, "SEOGA_KEY_PREVIOUS");
    }

    #[test]
    fn debug_output_keeps_the_secret() {
        assert_eq!(format!("{:?}", Key::development()), "Key { id: 0, secret: … }");
    }
}
