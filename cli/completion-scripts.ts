import type { Shell } from './shells.ts';

/*
 * Each asks `batch-warden complete -- WORD...`, the words up to the cursor, the last of them as far as it is typed. It gets a
 * line for each suggestion: what to put there, a tab, what it means. The line ":files" alone asks for names of files.
 * Nothing that stands on the command line is evaluated.
 */

/** "compopt" is missing in the Bash of macOS, and outside of a completion. */
const BASH = `# bash completion for batch-warden
_batch_warden() {
  local line current="\${COMP_WORDS[COMP_CWORD]}"
  [[ $current == '=' ]] && current=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      compopt -o default 2>/dev/null && return
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <(batch-warden complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _batch_warden batch-warden
`;

const ZSH = `#compdef batch-warden
_batch_warden() {
  local line value meaning
  local -a found
  for line in "\${(@f)$(batch-warden complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == ':files' ]]; then
      compset -P '--[^=]#='
      _files
      return
    fi
    value=\${line%%$'\\t'*} meaning=\${line#*$'\\t'}
    [[ -n $value ]] && found+=("\${value//:/\\\\:}\${meaning:+:$meaning}")
  done
  _describe -V batch-warden found
}
if [[ \${funcstack[1]} == _batch_warden ]]; then _batch_warden; else compdef _batch_warden batch-warden; fi
`;

const FISH = `# fish completion for batch-warden
function __batch_warden
    set -l current (commandline -ct)
    set -l words (commandline -opc) "$current"
    set -l lines (batch-warden complete -- $words[2..-1] 2>/dev/null)
    if test "$lines" = ':files'
        __fish_complete_path "$current"
    else if set -q lines[1]
        printf '%s\\n' $lines
    end
end
complete -c batch-warden -f -k -a '(__batch_warden)'
`;

/** Some versions pass no empty word on to a program, so "--next" says that the last one is empty. */
const POWERSHELL = `# PowerShell completion for batch-warden
Register-ArgumentCompleter -Native -CommandName batch-warden -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text.Trim("'", '"') })
    $asked = @('complete')
    if ($wordToComplete) { $words += $wordToComplete } else { $asked += '--next' }
    $asked += '--'
    $asked += $words
    $lines = @(& batch-warden @asked 2>$null)
    if ($lines.Count -eq 1 -and $lines[0] -eq ':files') { return }
    if ($lines.Count -eq 0) { return '' }
    foreach ($line in $lines) {
        $value, $meaning = $line -split "\`t", 2
        if (-not $meaning) { $meaning = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $meaning)
    }
}
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };
