# A program at a pseudo-terminal, driven from a test: python3 has the other end of the terminal, and does what it is told line by line.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

Import-Module $PSScriptRoot/PythonPeer.psm1
Import-Module $PSScriptRoot/SocketToolsTest.psm1

$program = @'
import fcntl, json, os, pty, re, select, signal, sys, termios, time

main, side = pty.openpty()
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(side, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(side, fd)
    os.environ['TERM'] = 'dumb'
    # What starts the tests in the background may ignore Ctrl+C, and what is ignored stays so in every child.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])

seen = b''

def read(seconds):
    global seen
    if select.select([main], [], [], seconds)[0]:
        seen += os.read(main, 65536)

def mode():
    flags = termios.tcgetattr(side)[3]
    return ('+' if flags & termios.ECHO else '-') + 'echo ' + ('+' if flags & termios.ICANON else '-') + 'canonical'

for line in sys.stdin:
    order = json.loads(line)
    begin = time.monotonic()
    answer = 'ok'
    if 'send' in order:
        os.write(main, order['send'].encode())
    if 'echo' in order:
        all = termios.tcgetattr(side)
        all[3] = all[3] | termios.ECHO if order['echo'] else all[3] & ~termios.ECHO
        termios.tcsetattr(side, termios.TCSANOW, all)
    if 'expect' in order:
        answer = 'timeout'
        while time.monotonic() - begin < 30:
            found = re.search(order['expect'].encode(), seen)
            if found:
                answer = str(int((time.monotonic() - begin) * 1000))
                seen = seen[found.end():]
                break
            read(0.5)
        if answer == 'timeout':
            answer += ' ' + repr(seen)
    if 'mode' in order:
        answer = mode()
    if 'end' in order:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    print(answer)
'@

# Starts PowerShell with the module at a terminal of its own.
function Start-Terminal([string] $Script) {
    $text = "`$ErrorActionPreference = 'Stop'; Import-Module '$env:SOCKETTOOLS_MODULE'; $Script"
    Start-Python $program (@(Get-OwnPowerShell) + '-NoProfile', '-Command', $text)
}

function Invoke-Order($Terminal, [hashtable] $Order) {
    $Terminal.Process.StandardInput.WriteLine((ConvertTo-Json -Compress $Order))
    Read-ChildLine $Terminal -Seconds 40
}

function Send-Key($Terminal, [string] $Keys) { $null = Invoke-Order $Terminal @{ send = $Keys } }

# Waits until the terminal shows a text; returns how many milliseconds that took from the moment when the keys were sent.
function Wait-Screen($Terminal, [string] $Pattern, [string] $Keys) {
    $order = @{ expect = $Pattern }
    if ($Keys) { $order.send = $Keys }
    $answer = Invoke-Order $Terminal $order
    if ($answer -notmatch '^\d+$') { throw "The terminal did not show '$Pattern': $answer" }
    [int] $answer
}

function Get-TerminalMode($Terminal) { Invoke-Order $Terminal @{ mode = $true } }

function Set-TerminalEcho($Terminal, [bool] $Echo) { $null = Invoke-Order $Terminal @{ echo = $Echo } }

function Stop-Terminal($Terminal) {
    try { $null = Invoke-Order $Terminal @{ end = $true } } finally { Stop-Child $Terminal }
}

Export-ModuleMember -Function *
