#!/bin/sh
# Takes out of an environment what no service needs to run. Compiled files stay: in a read-only file system
# every start would compile anew.
# Usage: trim_python.sh FOLDER-OF-THE-ENVIRONMENT
set -eu
site=$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
# the tests of libraries; the folders' names are written out, since some packages need theirs
find "$site/numpy" -type d -name tests -prune -exec rm -rf {} +
rm -rf "$site/pandas/tests"
# headers and sources, for compiling against numpy
rm -rf "$site/numpy/_core/include" "$site/numpy/_core/lib" "$site/numpy/f2py/src"
# types for editors, and maps for debugging what a browser runs
find "$site" \( -name '*.pyi' -o -name '*.js.map' -o -name '*.css.map' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.c' \) -delete
# symbols for debuggers: uvloop ships four times what it runs
[ ! -d "$site/uvloop" ] || ! command -v strip >/dev/null 2>&1 || strip --strip-unneeded "$site"/uvloop/*.so
# Arrow: what speaks to other services and file systems, sources, and symbols for debuggers; two of three copies of a
# library become links. What is left is linked to each other
if [ -d "$site/pyarrow" ]; then
    cd "$site/pyarrow"
    rm -rf tests include includes src ./*.pxi libarrow_flight* libarrow_s3* libarrow_python_* \
        _flight* _s3fs* _gcsfs* _azurefs* _hdfs* _orc* _parquet*
    for copy in libarrow_python.so.*; do ln -sf libarrow_python.so "$copy"; done
    ! command -v strip >/dev/null 2>&1 || find . -type f -name '*.so*' -exec strip --strip-unneeded {} +
fi
