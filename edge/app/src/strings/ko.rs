//! 한국어: what the interface says in Korean.

use seoga_search::{ExpansionKind, Group, HighlightField, Sort};

use seoga_text::number::grouped;

use super::table::Strings;
use crate::choices::query_id::Refusal;
use crate::choices::record::Field;
use crate::http::problem::{ProblemKind, Takes};
use crate::routes::Heading;

/// Numbers the final consonant of a word that ends in a Korean syllable, 0 for none.
fn last_final(word: &str) -> Option<u32> {
    let last = u32::from(word.chars().next_back()?).checked_sub(0xAC00).filter(|at| *at < 11_172)?;
    Some(last % 28)
}

/// Chooses 을 or 를.
fn object(word: &str) -> &'static str {
    match last_final(word) {
        Some(0) => "를",
        Some(_) => "을",
        None => "을(를)",
    }
}

/// Chooses 으로 or 로; 로 also behind ㄹ.
fn direction(word: &str) -> &'static str {
    match last_final(word) {
        Some(0 | 8) => "로",
        Some(_) => "으로",
        None => "(으)로",
    }
}

pub(super) static STRINGS: Strings = Strings {
    brand: "서가",
    tagline: "가까운 공공도서관의 책을 한 번에 찾습니다",
    skip: "본문으로 건너뛰기",
    skip_to_books: "검색 결과로 건너뛰기",
    site_navigation: "사이트",
    nav_libraries: |mine| match mine {
        0 => "도서관".to_owned(),
        n => format!("내 도서관 {n}곳"),
    },
    nav_list: "내 책바구니",
    nav_about: "소개",
    switch_language: "English",
    invented: "지어낸 견본입니다. 실제 책과 도서관이 아닙니다.",
    data_of: |date| format!("자료 기준일 {date}"),
    holdings_note: "소장 여부만 알려 드립니다. 대출 가능 여부는 각 도서관에서 확인하세요.",
    privacy: "선택 기록 보내기와 개인정보",
    search: "검색",
    search_label: "책 찾기",
    search_hint: "제목, 지은이, 출판사, 주제어, ISBN",
    search_in: |library| format!("{library}에서 찾기"),
    choose_libraries: "내 도서관 고르기",
    only_in: |chosen| match chosen {
        0 => "고른 도서관에서만 찾기 (지금은 모든 도서관)".to_owned(),
        n => format!("고른 도서관에서만 찾기 ({n}곳 선택)"),
    },
    libraries_legend: "여기에서만 찾기 (고르지 않으면 모든 도서관)",
    home_title: "어떤 책을 찾으세요?",
    home_counts: |books, libraries| format!("도서관 {libraries}곳의 책 {}종에서 찾습니다.", grouped(books)),
    home_how: &[
        "여러 단어를 띄어 쓰면 모두 들어 있는 책을 찾습니다.",
        "초성(ㅍㅇㅆ), 한영 전환을 잊은 글자(vkdlTjs)도 알아듣습니다.",
        "title: author: publisher: isbn: class: library: year: 를 단어 앞에 붙이면 그 항목에서만 찾습니다.",
    ],
    home_how_title: "이렇게 찾을 수 있어요",
    new_title: "새로 들어온 책",
    new_of: |what| format!("새로 들어온 책: {what}"),
    new_all: "모든 책을 최근 등록순으로",
    arrived: |date| format!("{date} 등록"),
    feed: "새로 들어온 책 피드(Atom)",
    classes_title: "주제로 둘러보기",
    collection_title: "여기서 찾을 수 있는 책",
    collection: "도서관들이 공개한 소장 자료를 ISBN으로 한데 모았습니다. 어느 도서관이 언제부터 가지고 있는지 알려 드립니다.",
    all_libraries: "모든 도서관",
    results_title: |query| format!("‘{query}’ 검색 결과"),
    total: |total, exact, group| {
        let counted = match group {
            Group::Work => format!("작품 {}건", grouped(total)),
            Group::None => format!("{}건", grouped(total)),
        };
        if exact { counted } else { format!("{counted} 이상") }
    },
    other_editions: |editions| format!("다른 판 {}", grouped(editions)),
    regroup: |group| match group {
        Group::Work => "모든 판을 따로 보기",
        Group::None => "작품으로 묶어 보기",
    },
    read_as: |input, reading, by| {
        format!("‘{input}’{} ‘{reading}’{} 읽었습니다 ({by}).", object(input), direction(reading))
    },
    also: "함께 찾은 말",
    related: "관련 주제어",
    active_filters: "적용한 조건",
    remove_filter: |name| format!("{name} 조건 빼기"),
    clear_filters: "모두 빼기",
    narrow: "필터",
    to_narrow: "필터",
    show_found: |found| format!("{found} 보기"),
    more: |left| format!("나머지 {left}개"),
    whole: |facet| format!("{facet} 모두 보기"),
    whole_find: "목록에서 찾기",
    whole_find_do: "찾기",
    whole_nothing: "목록에 그런 이름이 없습니다.",
    whole_some: |shown, all| format!("모두 {all}개 가운데 {shown}개만 보입니다. 나머지는 이름으로 찾으세요."),
    back_to_results: "검색 결과로 돌아가기",
    facets_over: |over| format!("상위 {}건을 센 수입니다.", grouped(over)),
    sort: "정렬",
    sorts: |sort| match sort {
        Sort::Relevance => "관련도순",
        Sort::Newest => "최근 등록순",
        Sort::Year => "출판연도순",
        Sort::Title => "제목순",
        Sort::Holdings => "소장 도서관 많은 순",
        Sort::Loans => "대출 많은 순",
        Sort::Cooccurrence => "주제순",
        Sort::Series => "총서 번호순",
    },
    facet: |name| match name {
        "library" => "도서관",
        "class" => "분류",
        "year" => "출판연도",
        "publisher" => "출판사",
        _ => "언어",
    },
    years: |years| match (years.from, years.to) {
        (Some(from), Some(to)) if from == to => format!("{from}년"),
        (Some(from), Some(to)) => format!("{from}–{to}년"),
        (Some(from), None) => format!("{from}년부터"),
        (None, Some(to)) => format!("{to}년까지"),
        (None, None) => String::new(),
    },
    year_from: "시작 연도",
    year_until: "끝 연도",
    year_digits: "네 자리 연도",
    year_set: "이 기간만 보기",
    book_language: |code| match code {
        "ko" => "한국어",
        "en" => "영어",
        _ => "그 밖의 언어",
    },
    held_at: |libraries| format!("도서관 {libraries}곳"),
    in_all: |libraries| format!("모두 {libraries}곳"),
    at_none_of: |libraries| format!("내 도서관에는 없음, 다른 도서관 {libraries}곳"),
    at_mine: |mine, all| format!("내 도서관 {mine}곳 · 모두 {all}곳"),
    mine: "내 도서관",
    mine_chosen: |names| format!("내 도서관: {names}. 책을 볼 때마다 이곳이 먼저 나옵니다."),
    mine_legend: "자주 가는 도서관을 고르면 어디서나 먼저 나옵니다",
    mine_kept: "고른 도서관은 이 사이트의 주소에 적혀 다음 페이지로 이어지고, 스크립트를 쓰면 이 기기에 기억됩니다. 계정은 없습니다.",
    mine_set: "내 도서관으로 정하기",
    mine_clear: "고른 도서관 지우기",
    why: "검색된 이유",
    matched_field: |field| match field {
        HighlightField::Title => "제목",
        HighlightField::OtherTitle => "다른 제목",
        HighlightField::Authors => "지은이",
        HighlightField::Publisher => "출판사",
        HighlightField::Keyword => "주제어",
        HighlightField::ClassName => "분류 이름",
        HighlightField::Isbn => "ISBN",
        HighlightField::Volume => "권",
    },
    reading: |reading| match reading {
        ExpansionKind::Exact | ExpansionKind::Isbn => "그대로",
        ExpansionKind::Synonym => "같은 뜻의 말",
        ExpansionKind::Form => "낱말의 다른 꼴",
        ExpansionKind::Joined => "붙여 쓴 꼴",
        ExpansionKind::Split => "띄어 쓴 꼴",
        ExpansionKind::Prefix => "앞부분이 같은 말",
        ExpansionKind::Typo => "비슷한 글자",
        ExpansionKind::Keyboard => "한영 전환",
        ExpansionKind::Initials => "초성",
        ExpansionKind::Infix => "낱말 속",
        ExpansionKind::Transliteration => "다른 글자로 적은 말",
        ExpansionKind::Volume => "권",
        ExpansionKind::Related => "관련어",
        ExpansionKind::Number => "분류 번호나 출판연도",
        ExpansionKind::Words => "부호가 아니라 낱말",
    },
    pages: "페이지",
    page_size: "한 번에 보기",
    pick: "책바구니에 담기",
    pick_plain: "스크립트가 꺼져 있으면 이 책만 담은 새 책바구니가 열립니다. 여러 권은 검색 결과에서 함께 담거나, 책바구니 페이지에 ISBN을 더해 주세요.",
    pick_what: |title| format!("책바구니에 담기: {title}"),
    picks: "책바구니 보기",
    picks_note: "결과에서 고른 책은 누가 골랐는지 모르게 기록해 검색 순서를 다듬는 데 씁니다.",
    previous: "이전",
    next: "다음",
    // The word joiner keeps the particle with the word.
    nothing_title: |query| format!("‘{query}’\u{2060}에 맞는 책이 없습니다"),
    nothing_filtered: |query| format!("이 조건에 맞는 ‘{query}’ 책이 없습니다"),
    instead_title: "이렇게 찾으면 있습니다",
    without: |part| format!("‘{part}’ 빼고"),
    without_filters: "조건 없이",
    within: "이 안에서만",
    everywhere: |total| format!("모두에서 {total}"),
    nothing_tips: &[
        "낱말을 줄이거나 더 흔한 말로 바꿔 보세요.",
        "띄어쓰기와 맞춤법을 살펴보세요. 외국어 이름은 여러 가지로 적힙니다.",
        "ISBN은 숫자 열 자리나 열세 자리입니다.",
        "여기에 없는 책도 도서관에 있을 수 있습니다. 도서관에 물어보세요.",
    ],
    none_of_these: "찾는 책이 없어요",
    none_why: "누르면 무엇을 찾았는데 없었는지 도서관이 알게 됩니다. 선택 기록과 함께 보냅니다.",
    nothing_without_filters: "조건 없이 모든 도서관에서 다시 찾기",
    page_empty: "이 페이지에는 결과가 없습니다.",
    first_page: "첫 페이지로",
    browse_title: "조건에 맞는 책",
    no_words: "찾을 말을 적어 주세요.",
    title: "제목",
    author: "지은이",
    publisher: "출판사",
    year: "출판연도",
    class: "분류",
    volume: "권",
    series: "총서",
    volume_named: |volume| {
        let counted = volume.bytes().all(|byte| byte.is_ascii_digit());
        if counted { format!("{volume}권") } else { volume.to_owned() }
    },
    loans: "대출 횟수",
    language: "언어",
    other_titles: "다른 제목",
    holdings: "소장 도서관",
    library: "도서관",
    call_number: "청구기호",
    room: "자료실",
    copies: |copies| format!("{copies}권"),
    registered: "등록일",
    unknown: "모름",
    editions: "다른 판",
    similar: "비슷한 책",
    shelf_title: "서가에서 곁에 꽂힌 책",
    cite: "서지 정보 내려받기",
    cite_title: "이 책 인용하기",
    cite_copy: "인용문 복사",
    held_by_libraries: |count| format!("도서관 {count}곳 소장"),
    elsewhere: "다른 곳에서 이 책 더 알아보기",
    nothing_elsewhere: "다른 곳에서 찾아보기",
    heading: |heading| match heading {
        Heading::Series => "총서",
        Heading::Author => "지은이·옮긴이",
        Heading::Subject => "주제어",
    },
    heading_alike: "혹시 이것을 찾으셨나요?",
    heading_narrow: "이 책들 안에서 검색하고 좁히기",
    heading_unknown: |name| format!("‘{name}’ 아래에 있는 책이 없습니다"),
    heading_search: |name| format!("‘{name}’ 전체에서 검색"),
    subjects: "주제어",
    further: "자세한 서지 정보",
    recorded_authors: "원래 기록된 지은이",
    permalink: "이 책의 고유 주소",
    other_numbers: "함께 적힌 번호",
    unchecked_isbn: "자료에 적힌 번호이며 올바른 ISBN은 아닙니다.",
    libraries_title: "도서관",
    libraries_intro: |count| format!("도서관 {count}곳의 소장 자료를 찾습니다."),
    books: |books| format!("{}종", grouped(books)),
    address: "주소",
    search_here: "이 도서관에서 찾기",
    homepage: "누리집",
    hours: "이용 시간",
    closed: "쉬는 날",
    telephone: "전화",
    map_kakao: "카카오맵",
    map_naver: "네이버 지도",
    own_catalogue: "도서관 자료 검색",
    reservation: "예약",
    interlibrary_loan: "상호대차",
    purchase_request: "희망도서 신청",
    see_there: "대출 상태 보기",
    how_to_get: "빌리는 길",
    find_library: "도서관 이름이나 주소",
    find_library_do: "도서관 찾기",
    find_nothing: "그런 도서관이 없습니다. 낱말을 줄이거나 모든 지역에서 찾아 보세요.",
    region: "지역",
    all_regions: "모든 지역",
    near: "가까운 순",
    near_hint: "구 이름이나 도서관 이름",
    near_device: "내 위치에서 가까운 순",
    near_unknown: |place| {
        format!("‘{place}’: 이 사이트가 모르는 곳입니다. 구 이름(강남구)이나 도서관 이름을 적어 주세요.")
    },
    distance: |metres| format!("약 {}.{} km", metres / 1000, metres % 1000 / 100),
    dots: |libraries| format!("도서관 {libraries}곳의 위치. 같은 도서관이 아래 목록에 있습니다."),
    library_code: "도서관 코드",
    list_title: "내 책바구니",
    list_count: |books| format!("책 {books}권"),
    list_empty: "책바구니가 비어 있습니다. 책 페이지나 검색 결과에서 ‘책바구니에 담기’를 고르거나 아래에 ISBN을 적어 주세요. 책바구니는 이 페이지의 주소와 여러분의 기기에만 있고, 여기에는 저장하지 않습니다.",
    list_books: "담은 책",
    list_remove: "빼기",
    list_remove_what: |title| format!("책바구니에서 빼기: {title}"),
    list_gone: "지금은 소장 자료에 없는 책입니다.",
    unchecked_digit: "체크 숫자(검증번호)가 맞지 않습니다.",
    list_wrong_title: "ISBN이 아닌 것이 있습니다",
    list_wrong: |text| {
        format!("‘{text}’: ISBN은 숫자 열 자리나 열세 자리이고 끝자리 체크 숫자(검증번호)가 맞아야 합니다.")
    },
    list_change: "책바구니 고치기",
    list_add: |most| format!("더할 책의 ISBN (한 줄에 하나씩, 모두 {most}권까지)"),
    list_own: "내 도서관",
    list_submit: "책바구니 보기",
    list_exports: "책바구니 내려받기",
    list_share: "공유하기",
    list_print: "인쇄",
    list_adopt: "내 책바구니에 담아 두기",
    plan_title: "어디로 가면 될까요",
    plan_verdict: |libraries, books, exact| {
        let rest = if exact {
            "이보다 적은 곳으로는 안 됩니다."
        } else {
            "지금까지 찾은 가장 나은 길이며, 더 적은 곳으로 될 수도 있습니다."
        };
        format!("도서관 {libraries}곳이면 책 {books}권을 모두 볼 수 있습니다. {rest}")
    },
    plan_own: "내 도서관",
    plan_tick: |title| format!("챙김: {title}"),
    plan_books: |books| format!("{books}권"),
    plan_own_first: |own, all| {
        format!("내 도서관부터 가면: 내 도서관에서 {own}권, 다른 곳에서 {}권", all - own)
    },
    plan_others: |ways| format!("같은 수의 도서관으로 되는 다른 길 {ways}가지"),
    grid_title: "어느 책이 어디에 있나",
    grid_note: "‘여기서’는 위의 길에서 그 책을 빌리는 곳입니다.",
    grid_some: |shown, all| format!("도서관 {all}곳 가운데 {shown}곳만 보입니다."),
    grid_fetch: "여기서",
    grid_held: "있음",
    grid_not: "없음",
    plan_nowhere: "어느 도서관에도 없는 책:",
    plan_fetch: "빌릴 도서관",
    about_title: "서가 소개",
    about: &[
        (
            "무엇을 하나요",
            &[
                "낱말 몇 개로 가까운 공공도서관들이 가진 책을 한 번에 찾아 드립니다. 검색은 방문자 가까이에 있는 서버에서 바로 이루어집니다.",
            ],
        ),
        (
            "무엇을 알고 무엇을 모르나요",
            &[
                "도서관이 공개한 소장 자료를 다룹니다. 자료에 있는 책은 그 도서관이 등록한 책이지만, 지금 빌릴 수 있는지는 알지 못합니다.",
                "자료를 만든 뒤에 들어오거나 빠진 책은 아직 반영되지 않았을 수 있습니다.",
            ],
        ),
        (
            "자료는 어디서 오나요",
            &[
                "공공도서관이 다달이 내는 소장 자료를 도서관 정보나루(data4library.kr)가 공개합니다. 이 자료와 도서관이 따로 보탠 서지를 ISBN으로 모읍니다. 분류는 한국십진분류법을 따릅니다.",
            ],
        ),
        (
            "개인정보",
            &[
                "검색만으로는 아무것도 저장하지 않습니다. 검색 결과에서 책을 고르거나 ‘찾는 책이 없어요’를 누르면 아래 항목만 저장하고, 인터넷 주소(IP)와 이름, 브라우저 정보는 저장하지 않습니다. 요청하시면 그 무작위 식별자로 저장한 기록을 지웁니다.",
                "무작위 식별자는 이 사이트의 데이터를 지울 때까지, 아직 보내지 못한 선택은 길어야 이레 동안 여러분의 기기에만 남습니다. 추적 금지(DNT, GPC)를 켜 두면 고른 책을 남기거나 보내지 않습니다.",
                "한 사람이 하루치 기록을 다 써 버리지 않도록, 가까운 서버가 한 주소에서 몇 번 보냈는지 협정 세계시 자정까지 셀 수 있습니다. 주소가 아니라 비밀 열쇠로 날마다 다르게 바꾼 번호로 세며, 주소는 어디에도 적어 두지 않습니다.",
            ],
        ),
    ],
    stored: |field| match field {
        Field::UserId => {
            "브라우저가 지어낸 무작위 식별자. 한 사람의 선택을 한 사람 몫으로만 세려고 저장합니다."
        }
        Field::QueryId => {
            "무엇을 찾았는지: 검색어, 조건, 정렬, 날짜, 답한 색인과 서명. 지어낸 검색을 걸러 내고, 좋은 답을 위로 올리려고 저장합니다."
        }
        Field::Isbn13 => "고른 책의 ISBN. 없는 책은 비워 둡니다.",
        Field::Id => {
            "고른 책. 다음 사람이 더 쉽게 찾도록 저장합니다. ‘찾는 책이 없어요’를 눌렀으면 비워 두며, 도서관이 어떤 책이 없는지 알도록 저장합니다."
        }
        Field::Rank => "결과에서 그 책의 순위. 아래쪽에서 고른 책에는 그만한 이유가 있으므로 저장합니다.",
        Field::ChosenAt => "고른 때. 오래된 선택을 덜 세려고 저장합니다.",
        Field::Key => {
            "찾은 날짜, 그리고 식별자·검색·책의 해시. 같은 선택을 두 번 보내도 한 번만 저장하려고 씁니다."
        }
    },
    kept: |days| format!("{days}일 뒤에 지웁니다."),
    choices_title: "선택 기록 보내기",
    choices_text: "검색 결과에서 고른 책의 기록을 보내 주시면 다음 검색 순서를 매기는 데 쓰고, ‘찾는 책이 없어요’를 눌러 주시면 도서관이 어떤 책이 없는지 압니다. 꺼 두거나 브라우저가 추적 거부(DNT, GPC)를 알리면 아무것도 보내지 않습니다. 끄면 이 기기의 무작위 식별자와 아직 보내지 못한 기록도 지웁니다. 스크립트가 꺼져 있으면 보내는 것이 없습니다.",
    choices_switch: "검색 결과에서 고른 책과 ‘찾는 책이 없어요’ 기록 보내기",
    choices_refused: "이 브라우저가 추적하지 말라고 알리고 있어 보내지 않습니다.",
    shared_computer: "함께 쓰는 컴퓨터입니다",
    shared_here: "함께 쓰는 컴퓨터라 탭을 닫으면 아무것도 남지 않습니다.",
    left_title: "이 기기에 남는 것",
    left_text: "연결이 끊겨도 다시 볼 수 있도록 마지막에 본 검색 결과와 책 페이지를 20개까지, 책바구니 페이지를 하나, 이 기기에 이레 동안 둡니다. 담은 책과 내 도서관, 고른 언어, 최근에 찾은 말과 본 책 여덟 개도 이 기기에 남습니다. 함께 쓰는 컴퓨터라면 페이지 맨 아래의 ‘함께 쓰는 컴퓨터입니다’를 누르세요. 여기 남은 것을 바로 지우고, 탭을 닫으면 아무것도 남기지 않습니다.",
    left_install: "아이폰과 아이패드에서는 Safari의 공유 단추를 눌러 ‘홈 화면에 추가’를 고르면 앱처럼 쓸 수 있습니다.",
    left_forget: "남은 페이지와 최근 기록 지우기",
    left_slash: "‘/’ 글쇠를 누르면 찾기 상자로 가기",
    device_title: "이 기기에 자료 두기",
    device_text: "도서관들의 책 자료를 이 기기에 한 번 내려받아 두면, 연결이 없을 때도 검색과 책 정보, 내 책바구니를 쓸 수 있습니다.",
    device_keep: "내려받기",
    device_forget: "지우기",
    about_data: "자료",
    about_generation: |generation, books, libraries| {
        format!("책 {}종, 도서관 {libraries}곳, 색인 {generation}", grouped(books))
    },
    problem_title: |kind| match kind {
        ProblemKind::Parameter => "주소의 값이 올바르지 않습니다",
        ProblemKind::Body => "보낸 내용이 올바르지 않습니다",
        ProblemKind::Unauthorized => "권한이 필요합니다",
        ProblemKind::QueryId => "검색 번호를 받아들일 수 없습니다",
        ProblemKind::Origin => "다른 사이트에서 보낸 요청입니다",
        ProblemKind::NotFound => "없는 페이지입니다",
        ProblemKind::NoBook => "소장 자료에 없는 책입니다",
        ProblemKind::Method => "쓸 수 없는 방식입니다",
        ProblemKind::TooSlow => "보낸 내용이 제때 다 오지 않았습니다",
        ProblemKind::TooLarge => "보낸 내용이 너무 깁니다",
        ProblemKind::UriTooLong => "주소가 너무 깁니다",
        ProblemKind::MediaType => "JSON이 아닙니다",
        ProblemKind::Throttled => "요청이 너무 잦습니다",
        ProblemKind::Index => "지금은 검색할 수 없습니다",
        ProblemKind::Store => "지금은 저장할 수 없습니다",
    },
    problem_detail: |kind| match kind {
        ProblemKind::Parameter => "주소에 적힌 값을 살펴봐 주세요.",
        ProblemKind::Body => "보낸 내용을 살펴봐 주세요.",
        ProblemKind::Unauthorized => "관리자 토큰이 없거나 맞지 않습니다.",
        ProblemKind::QueryId => "다시 검색하면 새 번호를 받습니다.",
        ProblemKind::Origin => "이 사이트가 아닌 곳에서는 선택을 보낼 수 없습니다.",
        ProblemKind::NotFound => "주소를 다시 살펴보거나 아래에서 찾아보세요.",
        ProblemKind::NoBook => "이 번호의 책은 지금 소장 자료에 없습니다. 아래에서 찾아보세요.",
        ProblemKind::Method => "이 주소는 다른 방식의 요청을 받습니다.",
        ProblemKind::TooSlow => "다시 보내 주세요.",
        ProblemKind::TooLarge => "내용을 줄여 주세요.",
        ProblemKind::UriTooLong => "조건을 줄여 주세요.",
        ProblemKind::MediaType => "Content-Type: application/json 으로 보내 주세요.",
        ProblemKind::Throttled => "잠시 뒤에 다시 해 주세요.",
        ProblemKind::Index => "자료를 읽지 못했습니다. 잠시 뒤에 다시 해 주세요.",
        ProblemKind::Store => "잠시 뒤에 다시 보내 주세요. 저장된 것은 없습니다.",
    },
    got_takes: |parameter, got, takes| format!("{parameter}: ‘{got}’{} 받았습니다. {takes}", object(got)),
    takes: |takes| match takes {
        Takes::Once => "값을 하나만 받습니다.".to_owned(),
        Takes::Encoding => "퍼센트 인코딩한 UTF-8 글을 받습니다.".to_owned(),
        Takes::Chars(least, most) => format!("{least}~{most}자를 받습니다."),
        Takes::Number(least, most) => format!("{least}부터 {}까지의 수를 받습니다.", grouped(*most)),
        Takes::AtMost(most) => format!("{most}개까지 받습니다."),
        Takes::Library => "도서관 페이지에 있는 이름을 받습니다.".to_owned(),
        Takes::Class => "004나 004.7 같은 분류 번호를 받습니다.".to_owned(),
        Takes::Years => "2020, 2018-2023, 2020- 같은 해를 받습니다.".to_owned(),
        Takes::OneOf(values) => format!("{} 가운데 하나를 받습니다.", values.join(", ")),
        Takes::Page(last) => format!("1부터 {last}까지의 페이지를 받습니다."),
        Takes::JsonObject => "JSON 객체를 받습니다.".to_owned(),
        Takes::Texts => "글의 배열을 받습니다.".to_owned(),
        Takes::Text => "글을 받습니다.".to_owned(),
        Takes::Boolean => "true나 false를 받습니다.".to_owned(),
        Takes::UserId => "A-Z a-z 0-9 _ - 로 된 1~64자를 받습니다.".to_owned(),
        Takes::Book => "답에 있는 책의 id를 받습니다. ISBN이 있는 책은 그 숫자 열세 자리입니다.".to_owned(),
        Takes::Isbn => "숫자 열 자리나 열세 자리 ISBN, 또는 책의 id를 받습니다.".to_owned(),
        Takes::Alone(other) => format!("{other}와 함께 쓸 수 없습니다."),
        Takes::Date => "YYYY-MM-DD 꼴의 날을 받습니다.".to_owned(),
        Takes::Cursor => "앞 응답의 x-next-cursor 값을 받습니다.".to_owned(),
    },
    refusal: |refusal| match refusal {
        Refusal::Malformed => "검색 번호의 꼴이 아닙니다.",
        Refusal::UnknownKey => "알 수 없는 열쇠로 서명되었습니다.",
        Refusal::Forged => "서명이 맞지 않습니다.",
        Refusal::Expired => "7일이 지났습니다.",
        Refusal::Future => "아직 오지 않은 날의 것입니다.",
    },
    request_id: |id| format!("요청 번호: {id}"),
    without_it: "그 값을 빼고 보기",
    back_home: "첫 화면으로",
    day: |day| {
        let (_, month, day) = day.parts();
        format!("{month}월 {day}일")
    },
    is_lent: "대출 여부",
    on_shelf: "대출 가능",
    on_loan: "대출 중",
    on_shelf_at: |libraries| format!("{libraries}곳 대출 가능"),
    all_on_loan: "모두 대출 중",
    loans_as_of: |date| format!("({date} 기준)"),
    loans_old: "지금과 다를 수 있음",
    only_on_shelf: "대출 가능한 책",
    loans_unknown: "지금은 대출 여부를 알 수 없어 거르지 않았습니다.",
    on_loan_here: "대출 중",
    plan_loans: "대출 중인 책은 다른 도서관에서 빌리도록 짰습니다.",
    date: |day| {
        let (year, month, day) = day.parts();
        format!("{year}년 {month}월 {day}일")
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_follow_the_last_syllable() {
        assert_eq!((object("파이썬"), direction("파이썬")), ("을", "으로"));
        assert_eq!((object("도커"), direction("도커")), ("를", "로"));
        assert_eq!((object("엑셀"), direction("엑셀")), ("을", "로"));
        assert_eq!((object("c++"), direction("")), ("을(를)", "(으)로"));
    }
}
