# complete.zsh DIRECTORY LINE -- what a TAB makes of the line in an interactive
# zsh that has the completions of the directory: printed, without the blank or
# comma that zsh puts behind.

zmodload zsh/zpty || exit 1
zpty shell "TERM=dumb zsh -f -i"
zpty -w shell "PS1= PS2= fpath=($1 \$fpath)"
zpty -w shell "autoload -Uz compinit && compinit -u -D"
zpty -w shell "say() { print -r -- \"<<\$BUFFER>>\"; exit }"
zpty -w shell "zle -N say && bindkey '^X' say"
zpty -n -w shell "$2"$'\t\x18'
while zpty -r shell line; do
	if [[ $line == *'<<srs'* ]]; then
		line=${${line##*<<}%%>>*}
		print -r -- ${line%[[:space:],]}
		break
	fi
done
zpty -d shell
