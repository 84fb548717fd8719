//! Names in the scripts people have them in, with the Latin letters their emails use.

use rand::{Rng, RngExt};

/// A group of names that go together, and the countries people with them mostly live in.
struct Culture {
    /// How often it comes up.
    weight: u32,
    /// Separated by blanks; `_` is a blank inside a name, `=` divides another script from its romanisation.
    given: &'static str,
    family: &'static str,
    countries: &'static [&'static str],
    /// The family name stands first and nothing stands between.
    family_first: bool,
}

const fn culture(
    weight: u32,
    given: &'static str,
    family: &'static str,
    countries: &'static [&'static str],
) -> Culture {
    Culture {
        weight,
        given,
        family,
        countries,
        family_first: false,
    }
}

const fn family_first(
    weight: u32,
    given: &'static str,
    family: &'static str,
    countries: &'static [&'static str],
) -> Culture {
    Culture {
        weight,
        given,
        family,
        countries,
        family_first: true,
    }
}

const CULTURES: [Culture; 23] = [
    culture(
        14,
        "Nadia Tiago Inês João Beatriz Duarte Mafalda Gonçalo Leonor Rúben Carolina Simão",
        "Ferreira Gonçalves Conceição da_Silva Magalhães Araújo Simões Brandão Falcão Queirós Teixeira Leitão",
        &["Portugal", "Portugal", "Brazil"],
    ),
    culture(
        16,
        "Olivia Thomas Amelia Harry Isla Callum Freya Oliver Grace Rhys Poppy Ewan",
        "Whitfield O'Brien Hargreaves MacLeod Smith-Jones Penrose Ashworth Okafor Llewellyn Fairbairn Osborne Thackeray",
        &["United Kingdom", "United Kingdom", "Ireland", "Australia"],
    ),
    culture(
        14,
        "Madison Tyler Jasmine Brandon Kayla Austin Destiny Cody Brianna Marcus Alyssa Dwayne",
        "Carter Washington Rivera Kowalczyk Brooks Delgado Hawkins Whitaker Ramsey Nguyen-Hale Sullivan Prescott",
        &["United States", "United States", "Canada"],
    ),
    culture(
        12,
        "Jürgen Anke Björn Käthe Lukas Friederike Götz Annika Matthäus Jördis Till Ulrike",
        "Müller Schröder Weiß Größmann Kühn Böhme Lüttich von_Arnim Jäger Strauß Hübner Köhler",
        &["Germany", "Germany", "Austria", "Switzerland"],
    ),
    culture(
        10,
        "Chloé Étienne Maëlle Loïc Zoé François Anaïs Théo Héloïse Benoît Solène Jérôme",
        "Lefèvre Dubois Gauthier L'Hôte Beauséjour Crépin Noël Châtelain Mérieux Dufresne Garçon Pêcheur",
        &["France", "France", "Belgium", "Switzerland"],
    ),
    culture(
        10,
        "Lucía Álvaro Begoña Íñigo Ximena Andrés Sofía Martín Rocío Joaquín Noemí Ángel",
        "Núñez Ibáñez García_López Muñoz Peña Cortázar Güell Ordóñez Zúñiga Velázquez Quiñones Sáez",
        &["Spain", "Spain", "Mexico"],
    ),
    culture(
        8,
        "Sanne Daan Fleur Bram Lotte Sjoerd Maartje Thijs Noor Joris Femke Pieter",
        "van_Dijk de_Vries Bakker van_der_Meer 't_Hooft Visser Mulder ter_Horst de_Boer Kuipers van_'t_Hof Smit",
        &["Netherlands", "Netherlands", "Belgium"],
    ),
    culture(
        7,
        "Åsa Björn Søren Freja Håkon Linnéa Øyvind Sigrid Aino Väinö Þóra Jón",
        "Ångström Sørensen Bjørnstad Lindqvist Mäkinen Hämäläinen Ødegård Nygård Þorvaldsson Östlund Kjær Grønlund",
        &["Sweden", "Norway", "Denmark", "Finland"],
    ),
    culture(
        7,
        "Łukasz Małgorzata Paweł Agnieszka Michał Żaneta Zbigniew Kasia Jędrzej Bożena Stanisław Hanna",
        "Wiśniewski Wójcik Kamiński Dąbrowska Zając Król Świątek Żuraw Łapiński Gołębiowski Śliwa Cieślak",
        &["Poland"],
    ),
    culture(
        6,
        "Jiří Kateřina Tomáš Zdeňka Ondřej Božena Vojtěch Šárka Lukáš Žofie Matěj Růžena",
        "Novák Dvořák Procházka Čermák Růžička Šťastný Kříž Němec Žižka Řezníček Bílek Vaněk",
        &["Czechia"],
    ),
    culture(
        5,
        "Zoltán Ágnes László Eszter Gergő Réka Ștefan Ioana Răzvan Bogdan Mădălina Őzséb",
        "Kovács Szőke Fehér Tóth Nagy Ionescu Brătianu Țăranu Șerban Popescu Győri Vörös",
        &["Hungary", "Romania"],
    ),
    culture(
        5,
        "Çağla Emre Ayşe Oğuz Gülşen Barış İpek Tuğba Şebnem Kaan Özlem Yiğit",
        "Yılmaz Öztürk Çelik Şahin Doğan Güneş Aydın Kılıç Erdoğdu Işık Ünal Tekin",
        &["Turkey"],
    ),
    culture(
        6,
        "Νίκος=Nikos Ελένη=Eleni Γιώργος=Giorgos Κατερίνα=Katerina Δημήτρης=Dimitris Αθηνά=Athina Σπύρος=Spyros Ζωή=Zoi",
        "Παπαδόπουλος=Papadopoulos Γεωργίου=Georgiou Οικονόμου=Oikonomou Αγγελίδη=Angelidi Νικολάου=Nikolaou Χατζής=Chatzis",
        &["Greece"],
    ),
    culture(
        6,
        "Олена=Olena Тарас=Taras Ганна=Hanna Дмитро=Dmytro Ірина=Iryna Богдан=Bohdan Юлія=Yuliia Андрій=Andrii",
        "Шевченко=Shevchenko Коваленко=Kovalenko Бойко=Boiko Ткачук=Tkachuk Щербак=Shcherbak Мельник=Melnyk",
        &["Ukraine", "Poland"],
    ),
    culture(
        4,
        "Мила=Mila Горан=Goran Јелена=Jelena Стефан=Stefan Ђурђа=Djurdja Никола=Nikola",
        "Петровић=Petrovic Јовановић=Jovanovic Николић=Nikolic Димитров=Dimitrov Иванова=Ivanova Ђокић=Djokic",
        &["Serbia", "Bulgaria"],
    ),
    culture(
        5,
        "ليلى=Layla عمر=Omar فاطمة=Fatima يوسف=Youssef نور=Nour كريم=Karim هدى=Huda طارق=Tarek",
        "الحداد=Al-Haddad منصور=Mansour خليل=Khalil السيد=Elsayed بن_علي=Ben_Ali النجار=Al-Najjar",
        &["Egypt", "United Arab Emirates", "Morocco"],
    ),
    culture(
        5,
        "נועה=Noa יונתן=Yonatan תמר=Tamar איתי=Itai שירה=Shira עומר=Omer מאיה=Maya אריאל=Ariel",
        "כהן=Cohen לוי=Levi מזרחי=Mizrahi פרץ=Peretz אברהם=Avraham בן-דוד=Ben-David",
        &["Israel"],
    ),
    family_first(
        6,
        "伟=Wei 芳=Fang 秀英=Xiuying 磊=Lei 静怡=Jingyi 浩然=Haoran 雨桐=Yutong 子轩=Zixuan",
        "王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 欧阳=Ouyang",
        &["Singapore", "China", "Taiwan"],
    ),
    family_first(
        5,
        "さくら=Sakura 健太=Kenta 美咲=Misaki ユウタ=Yuta 陽菜=Hina 翔=Sho カレン=Karen 直樹=Naoki",
        "佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 渡辺=Watanabe 髙木=Takagi 齋藤=Saito",
        &["Japan"],
    ),
    family_first(
        5,
        "민준=Minjun 서연=Seoyeon 지훈=Jihoon 하은=Haeun 도윤=Doyun 수빈=Subin",
        "김=Kim 이=Lee 박=Park 최=Choi 정=Jung 남궁=Namgung",
        &["South Korea"],
    ),
    culture(
        6,
        "आरव=Aarav प्रिया=Priya विक्रम=Vikram अनन्या=Ananya रोहन=Rohan दीपिका=Deepika मीरा=Meera अर्जुन=Arjun",
        "शर्मा=Sharma पटेल=Patel सिंह=Singh गुप्ता=Gupta जोशी=Joshi राव=Rao",
        &["India"],
    ),
    culture(
        3,
        "สมชาย=Somchai มาลี=Malee ณัฐ=Nat ปิยะ=Piya กมล=Kamon ดาว=Dao",
        "ศรีสุข=Srisuk แก้วใส=Kaewsai ทองดี=Thongdee วงศ์ไทย=Wongthai บุญมี=Boonmee",
        &["Thailand"],
    ),
    culture(
        3,
        "Đức Phương Quốc Thị_Hạnh Linh Tuấn",
        "Trần Đặng Huỳnh Nguyễn Lê Phạm",
        &["Vietnam"],
    ),
];

/// One name in its script and in the letters of an email.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) native: String,
    pub(crate) roman: String,
}

/// A person's name drawn from the pool.
pub(crate) struct Drawn<'a> {
    pub(crate) given: &'a Name,
    pub(crate) family: &'a Name,
    pub(crate) country: &'static str,
    family_first: bool,
}

impl Drawn<'_> {
    /// The name as it is shown.
    pub(crate) fn display(&self) -> smol_str::SmolStr {
        let (given, family) = (&self.given.native, &self.family.native);
        if self.family_first {
            smol_str::format_smolstr!("{family}{given}")
        } else {
            smol_str::format_smolstr!("{given} {family}")
        }
    }
}

/// Every culture, read once.
pub(crate) struct Pool {
    cultures: Vec<Read>,
    weights: u32,
}

struct Read {
    weight: u32,
    given: Vec<Name>,
    family: Vec<Name>,
    countries: &'static [&'static str],
    family_first: bool,
}

impl Pool {
    pub(crate) fn new() -> Self {
        let cultures: Vec<Read> = CULTURES
            .iter()
            .map(|culture| Read {
                weight: culture.weight,
                given: names(culture.given),
                family: names(culture.family),
                countries: culture.countries,
                family_first: culture.family_first,
            })
            .collect();
        let weights = cultures.iter().map(|culture| culture.weight).sum();
        Self { cultures, weights }
    }

    pub(crate) fn draw(&self, rng: &mut impl Rng) -> Drawn<'_> {
        let mut left = rng.random_range(0..self.weights);
        let mut culture = &self.cultures[0];
        for next in &self.cultures {
            culture = next;
            if left < next.weight {
                break;
            }
            left -= next.weight;
        }
        Drawn {
            given: &culture.given[rng.random_range(0..culture.given.len())],
            family: &culture.family[rng.random_range(0..culture.family.len())],
            country: culture.countries[rng.random_range(0..culture.countries.len())],
            family_first: culture.family_first,
        }
    }
}

fn names(list: &str) -> Vec<Name> {
    list.split_ascii_whitespace()
        .map(|entry| {
            let (native, latin) = entry.split_once('=').unwrap_or((entry, entry));
            Name {
                native: native.replace('_', " "),
                roman: romanised(latin),
            }
        })
        .collect()
}

/// Lower-case ASCII letters, digits and hyphens of a Latin name.
pub(crate) fn romanised(name: &str) -> String {
    let mut roman = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            'a'..='z' | '0'..='9' | '-' => roman.push(letter),
            'A'..='Z' => roman.push(letter.to_ascii_lowercase()),
            _ => roman.push_str(plain(letter)),
        }
    }
    roman
}

fn plain(letter: char) -> &'static str {
    match letter {
        'á' | 'à' | 'â' | 'ã' | 'ă' | 'ą' | 'Á' | 'ầ' | 'ặ' | 'ạ' | 'ấ' => "a",
        'ä' | 'æ' => "ae",
        'å' | 'Å' => "aa",
        'ç' | 'č' | 'ć' | 'Č' | 'Ç' => "c",
        'ď' | 'đ' | 'Đ' => "d",
        'é' | 'è' | 'ê' | 'ë' | 'ě' | 'ę' | 'É' | 'ễ' => "e",
        'ğ' => "g",
        'í' | 'î' | 'ï' | 'ı' | 'İ' | 'ị' | 'Í' => "i",
        'ł' | 'Ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ó' | 'ô' | 'õ' | 'ő' | 'ố' | 'ơ' | 'Ő' => "o",
        'ö' | 'ø' | 'Ö' | 'Ø' => "oe",
        'ř' | 'Ř' => "r",
        'š' | 'ś' | 'ş' | 'ș' | 'Š' | 'Ś' | 'Ş' | 'Ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' | 'Ț' => "t",
        'Þ' => "th",
        'ú' | 'ứ' | 'ů' | 'ü' | 'ỳ' | 'ư' | 'Ü' => "u",
        'ý' => "y",
        'ž' | 'ź' | 'ż' | 'Ž' | 'Ż' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_letters_an_email_can_hold() {
        let pool = Pool::new();
        for name in pool
            .cultures
            .iter()
            .flat_map(|culture| culture.given.iter().chain(&culture.family))
        {
            assert!(!name.roman.is_empty(), "{} has none", name.native);
            let ascii = name
                .roman
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-');
            assert!(ascii, "{} became {}", name.native, name.roman);
        }
    }

    #[test]
    fn no_letter_of_a_latin_name_is_lost_on_the_way_to_its_email() {
        for entry in CULTURES.iter().flat_map(|c| {
            c.given
                .split_ascii_whitespace()
                .chain(c.family.split_ascii_whitespace())
        }) {
            let latin = entry.split_once('=').map_or(entry, |(_, latin)| latin);
            let letters = latin.chars().filter(|c| c.is_alphabetic()).count();
            let kept = romanised(latin)
                .chars()
                .filter(char::is_ascii_alphabetic)
                .count();
            assert!(kept >= letters, "{latin} became {}", romanised(latin));
        }
    }
}
