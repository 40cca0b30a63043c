//! Why a text is no schedule, and what to write instead.

use super::SHORTHANDS;

/// Why a cron expression cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("schedule `{expression}` has {found} fields instead of five or six")]
    FieldCount { expression: String, found: usize },
    #[error("schedule `{expression}` is not one of the shorthands")]
    Shorthand { expression: String },
    #[error("{unit} `{text}` of a schedule {fault}")]
    Field { unit: &'static str, text: String, fault: FieldFault },
    #[error("schedule `{expression}` matches no date of any year")]
    Never { expression: String },
}

/// What is wrong with one field of a cron expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldFault {
    #[error("is neither a number nor a name")]
    NotAValue,
    #[error("is not between {least} and {most}")]
    OutOfBounds { least: u32, most: u32 },
    #[error("ends before it begins")]
    Backwards,
    #[error("steps by something other than a positive number")]
    Step,
    #[error("uses `{symbol}`, which fineprint does not know")]
    Extension { symbol: char },
    #[error("is `?`, which only stands for days")]
    AnyOutsideDays,
}

impl ScheduleError {
    /// What the reader can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::FieldCount { .. } => {
                "write minute, hour, day of the month, month and day of the week, as in `30 */12 * * *`".to_owned()
            }
            Self::Shorthand { .. } => {
                let names: Vec<_> = SHORTHANDS.iter().map(|(name, _)| format!("`{name}`")).collect();
                format!("the shorthands are {}", names.join(", "))
            }
            Self::Field { fault, .. } => fault.hint().to_owned(),
            Self::Never { .. } => "check that its months have that many days".to_owned(),
        }
    }
}

impl FieldFault {
    fn hint(&self) -> &'static str {
        match self {
            Self::NotAValue => "write a number, `*`, or three letters such as `MON` or `JAN`",
            Self::OutOfBounds { .. } => "the order is minute, hour, day of the month, month, day of the week",
            Self::Backwards => "write a range that wraps as two, as in `22-23,0-4`",
            Self::Step => "write a step as `*/15` or `8-18/2`",
            Self::Extension { .. } => "write days as numbers, ranges or lists, as in `1,15` or `MON-FRI`",
            Self::AnyOutsideDays => "write `*`",
        }
    }
}
