# A thin front for meson and the scripts in tools/. `make help` lists the goals.

BUILD = build
PREFIX ?= /usr/local

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@command -v meson >/dev/null && command -v ninja >/dev/null || \
		{ echo "meson and ninja are missing. Run: tools/setup run" >&2; exit 2; }
	@meson setup $(BUILD) || \
		{ rm -rf $(BUILD); echo "Something is missing. Run: tools/setup run" >&2; exit 2; }

help:
	@echo "make            build into $(BUILD)/"
	@echo "make demo       install what running needs, build, make and show a demo firm"
	@echo "make check      install what testing needs, run every check (minutes)"
	@echo "make check-long the same and what takes longer"
	@echo "make bench      measure speed, against DuckDB alone and against the committed baseline"
	@echo "make fuzz       look for new crashing inputs, FUZZ_SECONDS=60 per target"
	@echo "make install    install under PREFIX=$(PREFIX) (and DESTDIR)"
	@echo "make dist       one tarball in dist/ that runs anywhere"
	@echo "make format     lay out the C files"
	@echo "make clean      remove builds and dist/, keep third_party/"

demo:
	@tools/setup run
	@$(MAKE) --no-print-directory all
	@tools/demo

check:
	@tools/setup test
	@tools/check

check-long:
	@tools/setup test
	@tools/check --long

bench:
	@tools/setup test
	@test -d $(BUILD)/tests || test ! -e $(BUILD)/build.ninja || meson setup --reconfigure $(BUILD)
	@$(MAKE) --no-print-directory all
	@bench/run $(ARGS)

fuzz:
	@tools/setup test
	@tools/fuzz

install: all
	@meson configure $(BUILD) -Dprefix=$(abspath $(PREFIX))
	@meson install -C $(BUILD) --quiet
	@echo "kept is in $(DESTDIR)$(abspath $(PREFIX))/bin"

dist: all
	@tools/dist

format:
	@git ls-files -z --cached --others --exclude-standard '*.c' '*.h' | \
		xargs -0 ls -d 2>/dev/null | xargs clang-format -i

clean:
	@rm -rf build build-clang build-san build-fuzz dist

.PHONY: all help demo check check-long bench fuzz install dist format clean
