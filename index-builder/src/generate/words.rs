//! The vocabulary of the invented shelf.
//!
//! Own lists: no title, name or publisher is taken from a real catalogue, though plain words like 파이썬 are on any
//! computing shelf. Everything here can be written in CP949. Lists begin with what is to be commonest.

/// Something a book can be about.
pub(super) struct Topic {
    /// In Korean.
    pub(super) korean: &'static str,
    /// In English.
    pub(super) english: &'static str,
    /// Its KDC number.
    pub(super) class_no: &'static str,
    /// Words that go with it, Korean, best first.
    pub(super) related: &'static [&'static str],
}

/// A language, a program, a library.
pub(super) struct Tool {
    /// As Korean titles spell it.
    pub(super) korean: &'static str,
    /// As English titles spell it.
    pub(super) english: &'static str,
    /// Its KDC number.
    pub(super) class_no: &'static str,
    /// Places in [`TOPICS`] it is used for.
    pub(super) topics: &'static [usize],
}

const fn topic(
    korean: &'static str,
    english: &'static str,
    class_no: &'static str,
    related: &'static [&'static str],
) -> Topic {
    Topic { korean, english, class_no, related }
}

const fn tool(
    korean: &'static str,
    english: &'static str,
    class_no: &'static str,
    topics: &'static [usize],
) -> Tool {
    Tool { korean, english, class_no, topics }
}

pub(super) const TOPICS: &[Topic] = &[
    topic(
        "데이터 분석",
        "Data Analysis",
        "005.7",
        &["데이터", "분석", "시각화", "통계", "판다스", "그래프", "전처리"],
    ),
    topic(
        "머신러닝",
        "Machine Learning",
        "004.73",
        &["인공지능", "딥러닝", "학습", "모델", "분류", "회귀", "특성"],
    ),
    topic(
        "딥러닝",
        "Deep Learning",
        "004.73",
        &["신경망", "인공지능", "머신러닝", "모델", "역전파", "이미지", "학습"],
    ),
    topic("프로그래밍", "Programming", "005.1", &["코딩", "함수", "변수", "조건문", "반복문", "객체"]),
    topic(
        "웹 개발",
        "Web Development",
        "005.118",
        &["프런트엔드", "백엔드", "서버", "브라우저", "화면", "요청"],
    ),
    topic("알고리즘", "Algorithms", "005.1", &["자료구조", "정렬", "탐색", "그래프", "재귀", "복잡도"]),
    topic(
        "인공지능",
        "Artificial Intelligence",
        "004.73",
        &["머신러닝", "로봇", "추론", "지식", "윤리", "미래"],
    ),
    topic("데이터베이스", "Databases", "005.75", &["질의", "색인", "정규화", "트랜잭션", "테이블", "저장"]),
    topic("네트워크", "Networks", "004.57", &["라우터", "패킷", "프로토콜", "통신", "주소", "무선"]),
    topic(
        "정보 보안",
        "Information Security",
        "004.61",
        &["해킹", "암호", "취약점", "방화벽", "인증", "침해"],
    ),
    topic("클라우드", "Cloud Computing", "004.588", &["서버", "배포", "가상화", "컨테이너", "비용", "확장"]),
    topic(
        "게임 개발",
        "Game Development",
        "005.11",
        &["캐릭터", "물리", "장면", "스크립트", "렌더링", "레벨"],
    ),
    topic(
        "사물인터넷",
        "Internet of Things",
        "004.58",
        &["센서", "보드", "통신", "제어", "블루투스", "회로"],
    ),
    topic(
        "운영체제",
        "Operating Systems",
        "005.44",
        &["프로세스", "스레드", "메모리", "파일", "커널", "스케줄링"],
    ),
    topic(
        "소프트웨어 설계",
        "Software Design",
        "005.12",
        &["객체", "패턴", "구조", "의존성", "모듈", "품질"],
    ),
    topic(
        "자연어 처리",
        "Natural Language Processing",
        "004.735",
        &["언어", "형태소", "번역", "말뭉치", "문장", "모델"],
    ),
    topic(
        "컴퓨터 비전",
        "Computer Vision",
        "004.77",
        &["이미지", "영상", "인식", "필터", "카메라", "신경망"],
    ),
    topic("업무 자동화", "Automation", "005.53", &["매크로", "문서", "메일", "엑셀", "보고서", "반복"]),
    topic("블록체인", "Blockchain", "004.6", &["합의", "지갑", "거래", "분산", "암호", "계약"]),
    topic(
        "앱 만들기",
        "App Development",
        "005.58",
        &["안드로이드", "화면", "알림", "배포", "스토어", "터치"],
    ),
    topic("그래픽 디자인", "Graphic Design", "005.565", &["색상", "사진", "편집", "레이어", "글꼴", "로고"]),
    topic("영상 편집", "Video Editing", "005.567", &["자막", "컷", "음향", "효과", "유튜브", "촬영"]),
    topic("3D 모델링", "3D Modelling", "005.57", &["도면", "프린터", "렌더링", "캐드", "형상", "치수"]),
    topic("메타버스", "Metaverse", "004.783", &["가상현실", "아바타", "증강현실", "공간", "체험", "플랫폼"]),
    topic("자료구조", "Data Structures", "005.73", &["배열", "리스트", "트리", "스택", "큐", "해시"]),
    topic("테스트", "Software Testing", "005.14", &["단위", "자동화", "검증", "오류", "품질", "회귀"]),
    topic("디버깅", "Debugging", "005.14", &["오류", "로그", "추적", "예외", "중단점", "원인"]),
    topic("빅데이터", "Big Data", "005.7", &["수집", "분산", "처리", "저장", "시각화", "통계"]),
    topic(
        "강화학습",
        "Reinforcement Learning",
        "004.73",
        &["보상", "정책", "에이전트", "환경", "탐험", "학습"],
    ),
    topic(
        "임베디드",
        "Embedded Systems",
        "005.43",
        &["펌웨어", "보드", "인터럽트", "레지스터", "센서", "제어"],
    ),
    topic(
        "컴퓨터 구조",
        "Computer Architecture",
        "004.22",
        &["프로세서", "캐시", "명령어", "버스", "메모리", "회로"],
    ),
    topic(
        "양자 컴퓨팅",
        "Quantum Computing",
        "004",
        &["큐비트", "얽힘", "회로", "게이트", "물리", "알고리즘"],
    ),
    topic("문서 작성", "Office Work", "005.5", &["한글", "워드", "서식", "표", "인쇄", "양식"]),
    topic("프레젠테이션", "Presentations", "005.55", &["슬라이드", "발표", "도형", "차트", "애니메이션"]),
    topic("코딩 교육", "Learning to Code", "005.1", &["블록", "어린이", "놀이", "교과", "수업", "창의"]),
    topic("정보 이론", "Information Theory", "004", &["엔트로피", "압축", "부호", "확률", "통신"]),
    topic("컴파일러", "Compilers", "005.45", &["구문", "토큰", "최적화", "파서", "문법", "코드"]),
    topic("개발 문화", "Engineering Culture", "005.104", &["팀", "협업", "회고", "경력", "면접", "성장"]),
    topic("모니터링", "Observability", "004.588", &["로그", "지표", "추적", "경보", "장애", "대시보드"]),
    topic("검색 엔진", "Search Engines", "004.584", &["색인", "질의", "순위", "형태소", "점수", "크롤링"]),
];

pub(super) const TOOLS: &[Tool] = &[
    tool("파이썬", "Python", "005.133", &[0, 1, 2, 3, 5, 15, 17, 27]),
    tool("자바", "Java", "005.133", &[3, 4, 14, 24, 25]),
    tool("엑셀", "Excel", "005.53", &[0, 17, 32]),
    tool("자바스크립트", "JavaScript", "005.138", &[3, 4, 5]),
    tool("C++", "C++", "005.133", &[3, 5, 11, 24, 29]),
    tool("C언어", "C", "005.133", &[3, 24, 29, 13]),
    tool("R", "R", "005.54", &[0, 27, 1]),
    tool("C#", "C#", "005.133", &[3, 11, 14]),
    tool("텐서플로", "TensorFlow", "004.73", &[1, 2, 16, 15]),
    tool("파이토치", "PyTorch", "004.73", &[2, 15, 16, 28]),
    tool("리액트", "React", "005.138", &[4, 19]),
    tool("도커", "Docker", "005.44", &[10, 14]),
    tool("쿠버네티스", "Kubernetes", "004.588", &[10, 38]),
    tool("리눅스", "Linux", "005.44", &[13, 8, 9]),
    tool("Node.js", "Node.js", "005.138", &[4, 10]),
    tool(".NET", ".NET", "005.12", &[4, 14]),
    tool("스프링", "Spring", "005.118", &[4, 14]),
    tool("포토샵", "Photo Editor", "005.565", &[20]),
    tool("유니티", "Unity", "005.11", &[11, 23]),
    tool("아두이노", "Arduino", "004.2213", &[12, 29]),
    tool("라즈베리파이", "Raspberry Pi", "004.15", &[12, 13]),
    tool("코틀린", "Kotlin", "005.133", &[19, 3]),
    tool("스위프트", "Swift", "005.133", &[19, 3]),
    tool("Go 언어", "Go", "005.133", &[10, 3, 8]),
    tool("러스트", "Rust", "005.133", &[3, 13, 29]),
    tool("SQL", "SQL", "005.75", &[7, 0]),
    tool("타입스크립트", "TypeScript", "005.138", &[4, 3]),
    tool("스크래치", "Scratch", "005.1", &[34]),
    tool("엔트리", "Entry", "005.1", &[34]),
    tool("파워포인트", "Slides", "005.55", &[33]),
    tool("HTML", "HTML", "004.583", &[4]),
    tool("깃", "Git", "005.12", &[37, 14]),
    tool("스칼라", "Scala", "005.133", &[27, 3]),
    tool("하스켈", "Haskell", "005.133", &[3, 36]),
    tool("TCP/IP", "TCP/IP", "004.52", &[8]),
    tool("장고", "Django", "005.118", &[4]),
    tool("플러터", "Flutter", "005.58", &[19]),
    tool("블렌더", "Blender", "005.57", &[22]),
    tool("오토캐드", "CAD", "005.57", &[22]),
    tool("안드로이드", "Android", "005.58", &[19]),
    tool("앱인벤터", "App Inventor", "005.58", &[19, 34]),
    tool("마인크래프트", "Block Worlds", "005.11", &[34, 23]),
    tool("엘라스틱서치", "Elasticsearch", "004.584", &[39]),
    tool("몽고DB", "MongoDB", "005.75", &[7]),
    tool("매트랩", "MATLAB", "005.54", &[0, 30]),
    tool("줄리아", "Julia", "005.133", &[0, 1]),
    tool("루비", "Ruby", "005.133", &[4, 3]),
    tool("펄", "Perl", "005.133", &[3]),
    tool("워드프레스", "WordPress", "004.575", &[4]),
    tool("한글 2022", "Word Processing", "005.51", &[32]),
];

pub(super) const AUDIENCES: &[&str] = &[
    "처음 배우는 사람",
    "직장인",
    "비전공자",
    "대학생",
    "중학생",
    "현업 개발자",
    "초등학생",
    "선생님",
    "연구자",
    "바쁜 사람",
    "디자이너",
    "고등학생",
    "기획자",
    "마케터",
    "취업 준비생",
    "공학도",
    "운영자",
    "학부모",
    "분석가",
    "모든 사람",
];

pub(super) const AUDIENCES_ENGLISH: &[&str] = &[
    "Beginners",
    "Engineers",
    "Analysts",
    "Students",
    "Teachers",
    "Scientists",
    "Busy People",
    "Makers",
    "Teams",
    "Operators",
];

/// Before a subject: `한 걸음씩 파이썬`.
pub(super) const OPENINGS: &[&str] = &[
    "한 걸음씩",
    "손에 잡히는",
    "차근차근",
    "그림으로 읽는",
    "하루 한 장",
    "다시 배우는",
    "쉽게 쓴",
    "천천히 읽는",
    "밑바닥에서 쌓는",
    "바로 쓰는",
    "실험하며 배우는",
    "혼자서도 되는",
    "세 번 읽는",
    "질문으로 푸는",
    "이야기로 듣는",
    "짧게 끝내는",
    "제대로 배우는",
    "주말에 만드는",
    "두 시간에 훑는",
    "함께 읽는",
];

/// After a subject: `파이썬 입문`.
pub(super) const CLOSINGS: &[&str] = &[
    "입문",
    "길잡이",
    "실습",
    "기초",
    "활용",
    "완성",
    "노트",
    "첫걸음",
    "연습장",
    "실무",
    "핵심 정리",
    "사전",
    "이해",
    "실험실",
    "안내서",
    "교과서",
    "작업실",
    "원리",
    "수업",
    "공방",
    "풀이집",
    "여행",
    "설계도",
    "쓰는 법",
    "묻고 답하기",
];

/// After a colon.
pub(super) const SUBTITLES: &[&str] = &[
    "예제로 익히는 기본과 응용",
    "현장에서 바로 쓰는 방법",
    "개념부터 프로젝트까지",
    "작은 예제에서 큰 그림까지",
    "원리를 알면 보이는 것들",
    "실수에서 배우는 서른 가지",
    "처음부터 끝까지 손으로",
    "따라 하면 되는 여덟 단계",
    "그림과 표로 정리한",
    "질문 백 가지와 답",
    "실험과 관찰로 배우는",
    "설계에서 운영까지",
    "하루 삼십 분 공부법",
    "오래 쓰는 기본기",
    "눈으로 보는 흐름",
];

pub(super) const OPENINGS_ENGLISH: &[&str] = &[
    "Practical",
    "Hands-on",
    "A Short Course in",
    "The Little Book of",
    "Thinking in",
    "Notes on",
    "Working with",
    "An Illustrated",
    "Everyday",
    "The Craft of",
    "Plain",
    "A Tour of",
];

pub(super) const CLOSINGS_ENGLISH: &[&str] = &[
    "in Practice",
    "by Example",
    "Field Guide",
    "Workbook",
    "from Scratch",
    "Step by Step",
    "Explained",
    "Handbook",
    "at Work",
    "Primer",
    "Cookbook of Ideas",
    "in Depth",
];

/// Korean nouns of two syllables that make compounds: 자료흐름, 구조탐색.
pub(super) const ROOTS: &[&str] = &[
    "자료", "구조", "탐색", "흐름", "분산", "병렬", "기억", "신호", "영상", "음성", "언어", "문장", "지식",
    "추론", "학습", "모형", "회로", "부호", "암호", "보안", "인증", "통신", "전송", "주소", "경로", "교환",
    "접속", "화면", "입력", "출력", "저장", "복구", "색인", "질의", "검색", "정렬", "압축", "변환", "번역",
    "해석", "실행", "제어", "감지", "측정", "예측", "분류", "군집", "회귀", "표본", "확률", "통계", "수치",
    "행렬", "벡터", "함수", "객체", "모듈", "부품", "조립", "배포", "시험", "검증", "추적", "진단", "협업",
    "공유", "문서", "양식", "도면", "형상", "색채", "글꼴", "편집", "제작", "연출", "게임", "규칙", "전략",
    "로봇", "기계", "센서", "전원", "배선", "기판", "장치", "공정", "품질", "비용", "일정", "계획", "설계",
    "분석", "개발", "운영", "관리", "자동", "원격", "무선", "이동", "가상", "증강", "입체", "양자", "생체",
    "의료", "금융", "교육", "농업", "도시", "교통", "환경", "기후", "우주", "해양", "물류", "제조", "건축",
    "예술", "음악", "사진", "만화", "방송", "출판", "도서", "기록", "역사", "철학", "윤리", "심리", "경제",
    "경영", "회계", "법률", "정책", "행정", "복지", "안전", "재난", "소리", "그림", "숫자", "글자", "단어",
    "생각", "논리", "증명", "계산", "순열", "조합", "격자", "나무", "그물", "사슬", "고리", "거울", "창문",
    "다리", "열쇠", "지도", "나침",
];

/// English word parts that make names of things: `DataForge`, `GridLoom`.
pub(super) const PARTS: &[&str] = &[
    "Data", "Grid", "Cloud", "Code", "Byte", "Graph", "Stream", "Query", "Pixel", "Node", "Packet", "Signal",
    "Vector", "Logic", "Model", "Token", "Cache", "Kernel", "Shell", "Stack", "Queue", "Branch", "Merge",
    "Trace", "Probe", "Forge", "Loom", "Craft", "Mill", "Works", "Base", "Hub", "Port", "Dock", "Yard",
    "Field", "Garden", "River", "Stone", "Bridge", "Tower", "Light", "Spark", "Wave", "Wind", "Leaf", "Seed",
    "Root", "Nest", "Hive",
];

/// Syllables for the names of things nobody has heard of yet: 로미닉스.
pub(super) const SYLLABLES: &[&str] = &[
    "로", "미", "닉", "스", "벨", "라", "토", "넥", "시", "파", "오", "리", "델", "카", "노", "베", "루",
    "티", "아", "콘", "젠", "모", "비", "크", "린", "나", "데", "솔", "마", "퓨", "아이", "온", "엘", "타",
    "피", "드", "제", "브", "유", "하",
];

pub(super) const SURNAMES: &[&str] = &[
    "김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "신", "권", "황", "안",
    "송", "전", "홍", "유", "고", "문", "양", "손", "배", "백", "허", "남", "심", "노", "하", "곽", "성",
    "차", "주", "우", "구", "민", "류", "진", "지", "엄", "채", "원", "천", "방", "공", "현", "함", "변",
    "염", "여", "추", "도", "소", "석", "선", "설", "마",
];

pub(super) const GIVEN: &[&str] = &[
    "민", "서", "지", "준", "현", "우", "영", "수", "진", "하", "은", "윤", "도", "예", "연", "재", "승",
    "주", "유", "성", "정", "경", "태", "동", "원", "혜", "미", "선", "호", "규", "상", "희", "빈", "율",
    "찬", "솔", "별", "슬", "담", "결", "온", "새", "가", "나", "다", "라", "로", "루", "리", "린", "람",
    "란", "근", "기", "길", "남", "대", "덕", "두", "만", "명", "문", "범", "병", "보", "복", "봉", "석",
    "세", "소", "숙", "순", "식", "신", "아", "안", "애", "양", "여", "열", "옥", "완", "용", "월", "의",
    "이", "인", "일", "임", "자", "장", "전", "조", "종", "중", "창", "철", "춘", "필", "학", "한", "해",
    "향", "형", "홍", "화", "환", "훈", "휘", "흥",
];

pub(super) const NAMES_ENGLISH: &[&str] = &[
    "Ada", "Bram", "Cleo", "Dara", "Edda", "Finn", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Leif", "Mara",
    "Nils", "Opal", "Piet", "Quinn", "Rosa", "Sven", "Thea", "Ugo", "Vera", "Wim", "Yara", "Zeno",
];

pub(super) const SURNAMES_ENGLISH: &[&str] = &[
    "Ashdown",
    "Birchall",
    "Corven",
    "Dunmore",
    "Elmsley",
    "Farrow",
    "Glenn",
    "Harwick",
    "Islay",
    "Jarrold",
    "Kestrel",
    "Lindqvist",
    "Marlow",
    "Norwood",
    "Oakes",
    "Penhale",
    "Quayle",
    "Ravenhill",
    "Stroud",
    "Thorne",
    "Underwood",
    "Vance",
    "Wren",
    "Yarrow",
    "Zander",
];

/// Names as they are written in Korean, for authors in translation.
pub(super) const NAMES_TRANSLITERATED: &[&str] = &[
    "아다",
    "브람",
    "클레오",
    "다라",
    "에다",
    "핀",
    "그레타",
    "위고",
    "이네스",
    "요나스",
    "키라",
    "레이프",
    "마라",
    "닐스",
    "오팔",
    "피트",
    "퀸",
    "로사",
    "스벤",
    "테아",
    "우고",
    "베라",
    "빔",
    "야라",
    "제노",
];

/// In the order of [`SURNAMES_ENGLISH`].
pub(super) const SURNAMES_TRANSLITERATED: &[&str] = &[
    "애시다운",
    "버철",
    "코번",
    "던모어",
    "엘름슬리",
    "패로",
    "글렌",
    "하윅",
    "아일라",
    "재럴드",
    "케스트럴",
    "린드크비스트",
    "말로",
    "노우드",
    "오크스",
    "펜헤일",
    "퀘일",
    "레이븐힐",
    "스트라우드",
    "손",
    "언더우드",
    "밴스",
    "렌",
    "얘로",
    "잰더",
];

pub(super) const PUBLISHERS: &[&str] = &[
    "가람출판",
    "나무와글",
    "다온미디어",
    "라임북스",
    "모래시계",
    "바른서가",
    "새벽책방",
    "아침노트",
    "자작나무출판",
    "참빛미디어",
    "코드숲",
    "토담북",
    "푸른단추",
    "하늘글방",
    "글마루",
    "느티책",
    "달팽이북스",
    "마중물",
    "별무리출판",
    "숲길",
    "여울미디어",
    "작은서랍",
    "초록연필",
    "큰바위책",
    "터전출판",
    "파도소리",
    "햇살공방",
    "종이비행기북",
    "물결출판",
    "돌담",
];

pub(super) const PUBLISHERS_ENGLISH: &[&str] = &[
    "Harbour Lane Press",
    "Tin Kite Books",
    "Northfold",
    "Quiet Lantern Media",
    "Paper Orchard",
    "Saltmarsh House",
    "Copper Finch",
    "Ninth Shelf",
];

/// Names of the invented libraries, in the order of their size.
pub(super) const LIBRARIES: &[&str] = &[
    "가온", "나래", "다솜", "라온", "마루", "바람", "새벽", "아라", "여울", "이든", "초롱", "푸름", "하늬",
    "한울", "해솔", "너울", "달빛", "미르", "솔빛", "윤슬",
];

/// Words found in keyword lists of any book.
pub(super) const COMMON_KEYWORDS: &[&str] = &[
    "설명",
    "실습",
    "활용",
    "기초",
    "예제",
    "개념",
    "구현",
    "이해",
    "문제",
    "단계",
    "방법",
    "중심",
    "기능",
    "환경",
    "프로젝트",
];
