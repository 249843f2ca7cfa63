//! The way out where no time zone has the name that was written: a distance from Greenwich or a country is no zone,
//! and nothing of the kind `Etc/GMT+1` is ever offered, whose sign is the reverse of what people mean.

use jiff::tz::TimeZone;

use super::names::either;
use crate::diagnostic::{Said, nearest};
use crate::said;

/// Cities by hours east of Greenwich in winter.
#[rustfmt::skip]
const CITIES: [(i8, &[&str]); 23] = [
    (-10, &["Pacific/Honolulu"]), (-9, &["America/Anchorage"]), (-8, &["America/Los_Angeles"]),
    (-7, &["America/Denver"]), (-6, &["America/Chicago"]), (-5, &["America/New_York"]), (-4, &["America/Halifax"]),
    (-3, &["America/Sao_Paulo"]), (-1, &["Atlantic/Azores"]), (0, &["Africa/Accra", "Europe/London"]),
    (1, &["Africa/Lagos", "Europe/Berlin"]), (2, &["Africa/Johannesburg", "Europe/Athens"]), (3, &["Africa/Nairobi"]),
    (4, &["Asia/Dubai"]), (5, &["Asia/Karachi"]), (6, &["Asia/Dhaka"]), (7, &["Asia/Bangkok"]),
    (8, &["Asia/Singapore"]), (9, &["Asia/Tokyo"]), (10, &["Australia/Brisbane"]), (11, &["Pacific/Noumea"]),
    (12, &["Pacific/Fiji"]), (13, &["Pacific/Tongatapu"]),
];

/// Countries and usual abbreviations, and a zone of theirs; where a country has several, the largest come first.
#[rustfmt::skip]
const PLACES: &[(&[&str], &[&str])] = &[
    (&["germany", "deutschland", "cest", "mez", "mesz"], &["Europe/Berlin"]),
    (&["france"], &["Europe/Paris"]), (&["austria", "österreich"], &["Europe/Vienna"]),
    (&["switzerland", "schweiz", "suisse"], &["Europe/Zurich"]), (&["italy", "italia"], &["Europe/Rome"]),
    (&["spain", "españa"], &["Europe/Madrid"]), (&["portugal"], &["Europe/Lisbon"]),
    (&["netherlands", "holland"], &["Europe/Amsterdam"]), (&["belgium", "belgique"], &["Europe/Brussels"]),
    (&["denmark"], &["Europe/Copenhagen"]), (&["sweden"], &["Europe/Stockholm"]), (&["norway"], &["Europe/Oslo"]),
    (&["finland"], &["Europe/Helsinki"]), (&["poland"], &["Europe/Warsaw"]), (&["czech republic", "czechia"], &["Europe/Prague"]),
    (&["greece"], &["Europe/Athens"]), (&["romania"], &["Europe/Bucharest"]), (&["ireland"], &["Europe/Dublin"]),
    (&["united kingdom", "uk", "england", "great britain", "britain", "scotland", "wales", "bst"], &["Europe/London"]),
    (&["ghana"], &["Africa/Accra"]), (&["nigeria", "wat"], &["Africa/Lagos"]), (&["kenya", "eat"], &["Africa/Nairobi"]),
    (&["south africa", "sast"], &["Africa/Johannesburg"]), (&["senegal", "sénégal"], &["Africa/Dakar"]),
    (&["ivory coast", "côte d'ivoire"], &["Africa/Abidjan"]), (&["cameroon", "cameroun"], &["Africa/Douala"]),
    (&["tanzania"], &["Africa/Dar_es_Salaam"]), (&["uganda"], &["Africa/Kampala"]), (&["ethiopia"], &["Africa/Addis_Ababa"]),
    (&["rwanda"], &["Africa/Kigali"]), (&["zambia"], &["Africa/Lusaka"]), (&["egypt"], &["Africa/Cairo"]),
    (&["morocco", "maroc"], &["Africa/Casablanca"]), (&["tunisia", "tunisie"], &["Africa/Tunis"]),
    (&["india", "ist"], &["Asia/Kolkata"]), (&["pakistan"], &["Asia/Karachi"]), (&["bangladesh"], &["Asia/Dhaka"]),
    (&["china"], &["Asia/Shanghai"]), (&["japan", "jst"], &["Asia/Tokyo"]), (&["south korea", "korea"], &["Asia/Seoul"]),
    (&["singapore"], &["Asia/Singapore"]), (&["malaysia"], &["Asia/Kuala_Lumpur"]), (&["philippines"], &["Asia/Manila"]),
    (&["thailand"], &["Asia/Bangkok"]), (&["vietnam"], &["Asia/Ho_Chi_Minh"]), (&["indonesia"], &["Asia/Jakarta"]),
    (&["united arab emirates", "uae"], &["Asia/Dubai"]), (&["saudi arabia"], &["Asia/Riyadh"]), (&["israel"], &["Asia/Jerusalem"]),
    (&["turkey", "türkiye"], &["Europe/Istanbul"]), (&["new zealand"], &["Pacific/Auckland"]),
    (&["australia", "aest"], &["Australia/Sydney", "Australia/Perth"]), (&["brazil", "brasil"], &["America/Sao_Paulo", "America/Manaus"]),
    (&["mexico", "méxico"], &["America/Mexico_City"]), (&["argentina"], &["America/Argentina/Buenos_Aires"]),
    (&["colombia"], &["America/Bogota"]), (&["chile"], &["America/Santiago"]), (&["peru"], &["America/Lima"]),
    (&["canada"], &["America/Toronto", "America/Vancouver"]),
    (&["united states", "usa", "us", "america"], &["America/New_York", "America/Chicago", "America/Los_Angeles"]),
    (&["eastern", "edt"], &["America/New_York"]), (&["central", "cdt"], &["America/Chicago"]),
    (&["mountain", "mdt"], &["America/Denver"]), (&["pacific", "pst", "pdt"], &["America/Los_Angeles"]),
];

/// Why no zone has this name, and the help.
pub fn way_out(written: &str) -> (Said, Said) {
    let name = written.trim();
    if let Some(hours) = distance(name) {
        let cities = CITIES.iter().find(|(east, _)| Some(*east) == hours).map_or(&["Africa/Accra"][..], |(_, c)| c);
        let help = said!(
            "name a city of your zone, such as {cities}, so that summer time is known too",
            cities = any_of(cities)
        );
        return (said!("a distance from Greenwich, not a place"), help);
    }
    let lower = name.to_lowercase();
    if let Some((_, zones)) = PLACES.iter().find(|(names, _)| names.contains(&lower.as_str())) {
        let help = said!("name a city of your zone: {cities}", cities = any_of(zones));
        return (said!("no zone has this name"), help);
    }
    // Names without a place in them (`EST`, `UTC`) stand for a distance too.
    let known: Vec<String> = jiff::tz::db()
        .available()
        .map(|n| n.as_str().to_string())
        .filter(|n| n.contains('/') && !n.starts_with("Etc/") && !n.starts_with("SystemV/"))
        .collect();
    let city = format!("/{}", lower.replace(' ', "_"));
    let by_city = known.iter().find(|zone| zone.to_lowercase().ends_with(&city)).map(String::as_str);
    let help = match by_city.or_else(|| nearest(name, known.iter().map(String::as_str))) {
        Some(zone) => said!("did you mean `{near}`?", near = zone),
        None => said!("zones are named by region and city, such as `Africa/Accra`"),
    };
    (said!("no zone has this name"), help)
}

/// `GMT+1`, `UTC-05:00`, `+02:00`: whole hours east of Greenwich; `Some(None)` for other distances.
fn distance(name: &str) -> Option<Option<i8>> {
    let upper = name.to_uppercase().replace(['−', '–'], "-");
    let rest = ["UTC", "GMT", "UT", "Z", ""].iter().find_map(|prefix| upper.strip_prefix(prefix))?.trim_start();
    let (sign, digits) = match rest.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, rest.strip_prefix('+').unwrap_or(rest)),
    };
    let digits = digits.trim();
    let plain = digits.chars().all(|c| c.is_ascii_digit() || c == ':' || c == '.') && !digits.is_empty();
    if !plain {
        return None;
    }
    let (hours, minutes) = match digits.split_once([':', '.']) {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at(digits.len() - 2),
        None => (digits, "0"),
    };
    let whole = minutes.parse::<u8>() == Ok(0);
    Some(hours.parse::<i8>().ok().filter(|_| whole).map(|h| sign * h))
}

fn any_of(zones: &[&str]) -> Said {
    either(zones.iter().map(|zone| Said::verbatim(format!("`{zone}`"))))
}

/// Whether a name is a zone.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name.trim()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_offered_zone_exists_and_lies_where_it_is_offered() {
        for (hours, cities) in CITIES {
            for city in cities {
                let zone = zone(city).expect(city);
                // In the winter of each half of the globe: summer time never makes the day earlier.
                let offsets = [date(2025, 1, 15), date(2025, 7, 15)]
                    .map(|d| zone.to_offset(d.to_zoned(TimeZone::UTC).unwrap().timestamp()).seconds() / 3600);
                assert_eq!(offsets.iter().min(), Some(&i32::from(hours)), "{city}");
            }
        }
        for (names, zones) in PLACES {
            assert!(zones.iter().all(|z| zone(z).is_some()), "{names:?}");
            assert!(names.iter().all(|n| *n == n.to_lowercase()), "{names:?}");
        }
    }

    #[test]
    fn a_distance_never_becomes_another_distance() {
        for written in ["GMT+1", "UTC+2", "+02:00", "GMT-5", "UTC+05:30", "utc + 1", "+0100", "UTC+14", "2"] {
            let (why, help) = way_out(written);
            assert_eq!(why, "a distance from Greenwich, not a place", "{written}");
            assert!(!help.contains("Etc/") && !help.contains("`UTC`"), "{written}: {help}");
        }
        assert!(way_out("GMT+1").1.contains("`Africa/Lagos` or `Europe/Berlin`"));
        assert!(way_out("-0500").1.contains("America/New_York"));
    }

    #[test]
    fn countries_cities_and_slips_of_the_pen() {
        assert_eq!(way_out("Germany").1, "name a city of your zone: `Europe/Berlin`");
        assert_eq!(way_out("Accra").1, "did you mean `Africa/Accra`?");
        assert_eq!(way_out("Africa/Acra").1, "did you mean `Africa/Accra`?");
        assert!(way_out("BST").1.contains("Europe/London"));
        assert!(way_out("nowhere at all").1.contains("by region and city"));
    }
}
