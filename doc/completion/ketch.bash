# bash completion for ketch, made by 'ketch completion bash'.
_ketch()
{
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local options='' words='' files=0
    # bash splits --name=value into three words
    if [[ $current == '=' ]]; then current=''
    elif [[ $before == '=' ]]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W 'run check fmt draw devices version completion help --help --version' -- "$current"))
        return
    fi
    case ${COMP_WORDS[1]}:$before in
    run:--shots | run:-s) words='' ;;
    run:--seed) words='' ;;
    run:--device | run:-d) words='local local:sv local:dm' ;;
    run:--set) words='' ;;
    run:--inputs) files=1 ;;
    run:--threads) words='' ;;
    run:--memory) words='' ;;
    run:--limit) words='source-bytes= memory-bytes= nesting= call-depth= statements= register-bits= array-elements= include-files= errors=' ;;
    run:--top) words='' ;;
    run:--format) words='text json braket' ;;
    run:--output | run:-o) files=1 ;;
    check:--set) words='' ;;
    check:--inputs) files=1 ;;
    check:--limit) words='source-bytes= memory-bytes= nesting= call-depth= statements= register-bits= array-elements= include-files= errors=' ;;
    fmt:--limit) words='source-bytes= memory-bytes= nesting= call-depth= statements= register-bits= array-elements= include-files= errors=' ;;
    draw:--svg) files=1 ;;
    draw:--width) words='' ;;
    draw:--set) words='' ;;
    draw:--inputs) files=1 ;;
    draw:--limit) words='source-bytes= memory-bytes= nesting= call-depth= statements= register-bits= array-elements= include-files= errors=' ;;
    run:*) options=' --shots -s --seed --device -d --set --inputs --threads --memory --limit --allow-outside --top --json --format --output -o --help -h'; words=''; files=1 ;;
    check:*) options=' --syntax --set --inputs --limit --allow-outside --json --help -h'; words=''; files=1 ;;
    fmt:*) options=' --write -w --check --limit --help -h'; words=''; files=1 ;;
    draw:*) options=' --svg --width --set --inputs --limit --allow-outside --help -h'; words=''; files=1 ;;
    devices:*) options=' --json --help -h'; words='local:sv local:dm'; files=0 ;;
    version:*) options=' --json --help -h'; words=''; files=0 ;;
    completion:*) options=' --help -h'; words='bash zsh fish'; files=0 ;;
    help:*) options=' --man --help -h'; words='run check fmt draw devices version completion help'; files=0 ;;
    esac
    if [[ $current == -* ]]; then words=$options; files=0; fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    if ((files)); then compopt -o filenames; COMPREPLY+=($(compgen -f -- "$current")); fi
    if [[ ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
}
complete -F _ketch ketch
