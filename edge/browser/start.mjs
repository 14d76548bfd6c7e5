// The script of the page that a file server gives before the service worker is there: it starts it and asks for the page again.
const said = document.getElementById('state');
const LANGUAGE = navigator.languages?.some((language) => language.startsWith('ko')) ? 'ko' : 'en';
const WORDS = {
  ko: {
    starting: '도서 목록을 여는 중입니다…',
    unable: '이 브라우저는 이 사이트의 검색을 할 수 없습니다. 주소가 https로 시작하는지, 사생활 보호 창이 아닌지 확인해 주세요.',
    failed: '검색 프로그램을 내려받지 못했습니다. 연결을 확인하고 다시 열어 주세요.',
  },
  en: {
    starting: 'Opening the catalogue…',
    unable: 'This browser cannot search here. Check that the address begins with https and that this is no private window.',
    failed: 'The search program could not be fetched. Check the connection and open the page again.',
  },
};
const TURN = 'seoga.start';

function say(what) {
  said.textContent = WORDS[LANGUAGE][what];
  said.lang = LANGUAGE;
}

/** Waits until a service worker is in force. */
async function started() {
  const registration = await navigator.serviceWorker.register('/sw.js');
  const coming = registration.installing ?? registration.waiting;
  await Promise.race([
    navigator.serviceWorker.ready,
    new Promise((_, reject) => coming?.addEventListener('statechange', () => coming.state === 'redundant' && reject(new Error('redundant')))),
  ]);
}

async function start() {
  if (!('serviceWorker' in navigator)) return say('unable');
  say('starting');
  const tried = Number(sessionStorage.getItem(TURN) ?? 0);
  try {
    await started();
    // Who was here a moment ago and is here again would be for ever.
    if (Date.now() - tried < 5000) return say('failed');
    sessionStorage.setItem(TURN, Date.now());
    // A file server calls a page by its folder; its address has no stroke at the end.
    history.replaceState(null, '', location.pathname.replace(/(.)\/$/, '$1') + location.search + location.hash);
    location.reload();
  } catch (error) {
    console.error(error);
    say('failed');
  }
}

start();
