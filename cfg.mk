# cfg.mk - the style rules of this package, for make syntax-check.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors

# ---- gnulib's rules.

# There are no submodules: make check has no use for git, which refuses to look
# at a checkout that belongs to another user.
gl_public_submodule_commit =

# Not ours:
#   GPL_version                  the licence is the LGPL, version 2.1
#   bindtextdomain               messages are not translated
#   cast_of_argument_to_free     what is freed may be const to everybody else
#   copyright_check              wants the present year in what was written last
#                                year
#   error_message_uppercase      messages begin with an argument's name: TARGET
#   immutable_NEWS               for the time after the first release
#   indent                       GNU indent breaks initializers of C99
#   makefile_path_separator_check  LD_LIBRARY_PATH has colons
#   prohibit_always_true_header_tests, prohibit_intprops_without_use
#                                want a checkout of gnulib
#   prohibit_strcmp              strcmp (a, b) == 0 is plain enough
#   two_space_separator_in_usage takes shell commands for usage texts
local-checks-to-skip = \
	sc_GPL_version \
	sc_bindtextdomain \
	sc_cast_of_argument_to_free \
	sc_copyright_check \
	sc_error_message_uppercase \
	sc_immutable_NEWS \
	sc_indent \
	sc_makefile_path_separator_check \
	sc_prohibit_always_true_header_tests \
	sc_prohibit_intprops_without_use \
	sc_prohibit_strcmp \
	sc_two_space_separator_in_usage

# A licence is quoted as it is.
VC_LIST_ALWAYS_EXCLUDE_REGEX = ^COPYING\.(GPL|LESSER)$$

# Programs outside of lib and src are what a user would write.
elsewhere = ^(bench|doc|tests)/
exclude_file_name_regexp--sc_prohibit_magic_number_exit = $(elsewhere)
exclude_file_name_regexp--sc_require_config_h = $(elsewhere)
exclude_file_name_regexp--sc_require_config_h_first = $(elsewhere)
# /proc has numbers that cannot be out of range.
exclude_file_name_regexp--sc_prohibit_atoi_atof = \
	$(elsewhere)|^lib/os-procfs\.c$$
# What Windows lacks; the library uses no file of gnulib.
exclude_file_name_regexp--sc_prohibit_S_IS_definition = ^lib/os-win32\.h$$
# Automake passes on what configure finds out about tar.
exclude_file_name_regexp--sc_makefile_at_at_check = ^Makefile\.am$$
# AWK's ==, not the shell's.
exclude_file_name_regexp--sc_prohibit_test_double_equal = ^\.ci/run$$

# ---- Our own rules.

# These formats know no comments.
exclude_file_name_regexp--sc_every_file_names_its_licence = \
  ^packaging/debian/(changelog|source/format|[^/]*\.doc-base)$$
sc_every_file_names_its_licence:
	@require='SPDX-License-Identifier: '				\
	in_vc_files='.'							\
	halt='the above files lack an SPDX line'			\
	  $(_sc_search_regexp)

# Where calls to the system may stand: calls.c, which has the table, and the
# files for one system or one primitive.
system_call = \
  (fcntl|flock|lockf|open|close|read|write|lseek|ftruncate|fsync|fstat|stat|lstat|link|unlink|rename|dup2?|getcwd|opendir|fork|fdopen|fflush|fseeko|fclose|malloc|calloc|realloc|nanosleep|clock_gettime)
sc_system_calls_go_through_the_table:
	@prohibit='(^|[^.>_[:alnum:]"])$(system_call) \('		\
	in_vc_files='(^|/)lib/[^/]*\.[ch]$$'				\
	exclude='lib/(calls\.[ch]|os-[a-z]*\.c):'			\
	halt='the calls above go past the table portalocker__calls'	\
	  $(_sc_search_regexp)

# Which system this is, is asked only in files that are named for it, and by
# the export block of the header, which each time names BUILDING_PORTALOCKER
# too.  A condition may go on in the next line.  HAVE_LOCKFILEEX, which chooses
# among those files, and the macros for one function are no names of systems.
name_of_system = \
  (_WIN32|_WIN64|WIN32|_MSC_VER|_AIX|__MSVCRT__|__CYGWIN__|__MINGW(32|64)__|__GLIBC__|__dietlibc__|__(linux|gnu_linux|ANDROID|APPLE|MACH|unix|sun|SVR4|svr4|hpux|FreeBSD|NetBSD|OpenBSD|DragonFly|HAIKU|QNX)(__)?)
sc_no_ifdef_by_system:
	@prohibit='(^[[:space:]]*#[[:space:]]*(el)?if.*|\<defined *\(? *)\<$(name_of_system)\>'	\
	in_vc_files='\.[ch](\.in)?$$'					\
	exclude='^([^:]*/)?lib/(os-|backend-|wait-|portalocker\.h\.in:.*BUILDING_)' \
	halt='ask what a system does, not what it is called'		\
	  $(_sc_search_regexp)

# PORTING says so: what is not used need not be taken away in a test.
call_of_new_systems = \
  (posix_spawnp?|pipe2|mkostemps?|openat|linkat|fdatasync|O_TMPFILE|st_[acm]tim)
sc_no_calls_of_new_systems:
	@prohibit='\<$(call_of_new_systems)\>'				\
	in_vc_files='^(lib|src)/[^/]*\.[ch](\.in)?$$'			\
	halt='older systems lack the above; PORTING says that it is not used' \
	  $(_sc_search_regexp)

sc_library_keeps_to_itself:
	@prohibit='(^|[^._[:alnum:]"])(_?exit|abort|f?printf|puts|perror|sigaction|signal|umask|chdir|setlocale) \(' \
	in_vc_files='(^|/)lib/[^/]*\.c$$'				\
	halt='the library neither prints nor ends nor changes the process' \
	  $(_sc_search_regexp)

sc_lines_have_80_columns:
	@prohibit='^.{81}'						\
	in_vc_files='\.[ch](\.in)?$$'					\
	exclude='\\n", stdout\);$$'					\
	halt='the lines above are longer than 80 columns'		\
	  $(_sc_search_regexp)

sc_functions_are_short:
	@$(VC_LIST_EXCEPT) | $(GREP) '\.c$$' | xargs $(AWK) '		\
	    FNR == 1 { begin = 0 }					\
	    /^{/ { begin = FNR }					\
	    /^}/ && begin && FNR - begin > 100 {			\
	      print FILENAME ":" begin ": " FNR - begin " lines"; bad = 1 } \
	    /^}/ { begin = 0 }						\
	    END { exit bad }'						\
	  || { echo '$(ME): the functions above are too long' >&2; exit 1; }

sc_nothing_generated_is_tracked:
	@if $(VC_LIST) | $(GREP) -E '(^|/)(configure|aclocal\.m4|config\.h\.in|Makefile\.in|ltmain\.sh|gnulib[-.].*|libtool\.m4)$$|(^|/)gl/.*\.[ch]$$'; then \
	  echo '$(ME): the above are generated or borrowed' >&2; exit 1; \
	else :; fi

# The table in PORTING is the one that the results make.
sc_porting_has_the_results:
	@cd $(srcdir) && LC_ALL=C $(AWK) -f tests/matrix/table.awk	\
	    tests/matrix/results PORTING | diff PORTING - >&2		\
	  || { echo '$(ME): make record-matrix makes the table in PORTING' >&2; \
	       exit 1; }

# Each row that .ci/run has for a stage has results too, and no floor is higher
# than what has passed, nor much lower.
sc_each_row_has_results:
	@cd $(srcdir) && $(AWK) '					\
	    FILENAME ~ /results$$/ {					\
	      if (! /^#/) { n = split ($$0, f, /  +/); good[f[1]] = f[10] } \
	      next }							\
	    /^#/ || NF == 0 || going_on { going_on = /\\$$/; next }	\
	    { going_on = /\\$$/ }					\
	    ($$1 in good) ? $$3 > good[$$1] + 0 || $$3 < 0.9 * good[$$1] \
		: $$2 ~ /quick|ci/ {					\
	      print "tests/matrix/rows: " $$1; bad = 1 }		\
	    END { exit bad }' tests/matrix/results tests/matrix/rows	\
	  || { echo '$(ME): no results, or a floor that is not just below' >&2; \
	       exit 1; }
