"""What happens to the kernel of the notebook on screen: code runs in it, it is interrupted, restarted, shut down, killed."""

from playwright.sync_api import Page

_SESSION = "const session = globalThis.jupyterapp.shell.currentWidget.sessionContext;"


def run(page: Page, code: str) -> str:
    """Run code beside the notebook's cells; what it printed. What it raises fails the test in its own words."""
    printed: list[str] = page.evaluate(
        f"""async (code) => {{
            {_SESSION}
            const future = session.session.kernel.requestExecute({{ code }});
            const printed = [];
            const raised = [];
            future.onIOPub = ({{ header, content }}) => {{
                if (header.msg_type === "stream") printed.push(content.text);
                if (header.msg_type === "error") raised.push(content.traceback.join("\\n"));
            }};
            await future.done;
            if (raised.length > 0) throw new Error(raised.join("\\n"));
            return printed;
        }}""",
        code,
    )
    return "".join(printed)


def listen(page: Page) -> None:
    """From now on remember what the kernel prints, also what belongs to no cell."""
    page.evaluate(f"""() => {{
        {_SESSION}
        globalThis.heard = [];
        session.session.kernel.iopubMessage.connect((_, {{ header, content }}) => {{
            if (header.msg_type === "stream") globalThis.heard.push(content.text);
        }});
    }}""")


def wait_to_hear(page: Page, text: str) -> None:
    """Wait until the kernel has printed it since `listen`."""
    page.wait_for_function("text => globalThis.heard.join('').includes(text)", arg=text)


def answer_in_main_thread(page: Page) -> None:
    """Have widgets' messages wait for cells, as JupyterLab did before 4.4: beside them an interruption reaches nothing."""
    page.evaluate(f"() => {{ {_SESSION} session.session.kernel.commsOverSubshells = 'disabled'; }}")


def interrupt(page: Page) -> None:
    """Press the square in the notebook's toolbar."""
    page.get_by_role("button", name="Interrupt the kernel").click()


def restart(page: Page) -> None:
    """As the round arrow does."""
    page.evaluate(f"async () => {{ {_SESSION} await session.session.kernel.restart(); }}")


def shut_down(page: Page) -> None:
    """As the menu's "Shut Down Kernel" does."""
    page.evaluate(f"async () => {{ {_SESSION} await session.shutdown(); }}")


def kill(page: Page) -> None:
    """Let it die as by a crash, and close JupyterLab's message about it."""
    page.evaluate(f"""() => {{
        {_SESSION}
        session.session.kernel.requestExecute({{ code: "import os; os._exit(1)" }});
    }}""")
    page.get_by_role("dialog").get_by_role("button", name="Ok").click()
