/* calls-win32.c - the calls to Windows, as they are outside of tests.
   SPDX-License-Identifier: LGPL-2.1-or-later
   Copyright (C) 2026 The libportalocker authors

   Files are opened so that every other program may read, write, rename and
   remove them meanwhile, as on POSIX systems.  */

#include <config.h>
#include "calls.h"

#include <errno.h>
#include <io.h>
#include <limits.h>
#include <process.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "os.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* Whether RESULT says that the call succeeded; if not, errno tells why.  */
static int
check (BOOL result)
{
  return result ? 0 : portalocker__set_errno (GetLastError ());
}


/* ---- Paths.  */

/* The longest path that needs no mark: MAX_PATH, less the 12 characters of a
   file's name, for which the path of a directory has to leave room.  */
enum { SHORT_PATH = MAX_PATH - 12 };

enum { MARK_ROOM = 8 };

/* Put before WIDE, a path that GetFullPathName has made and which has MARK_ROOM
   for it, what tells Windows that the path may be long: it takes
   "\\?\C:\..." and "\\?\UNC\server\..." literally.  */
static void
mark_long (wchar_t *wide)
{
  static const wchar_t drive[] = L"\\\\?\\";
  static const wchar_t server[] = L"\\\\?\\UNC";
  const wchar_t *mark = drive;
  size_t size, skip = 0;
  if (wide[0] == L'\\' && wide[1] == L'\\')
    {
      if (wide[2] == L'?' || wide[2] == L'.')
        return;
      mark = server;
      skip = 1;
    }
  size = wcslen (mark);
  memmove (wide + size, wide + skip,
           (wcslen (wide + skip) + 1) * sizeof *wide);
  memcpy (wide, mark, size * sizeof *wide);
}

/* PATH, which is in UTF-8, in new memory; NULL and errno.  */
static wchar_t *
to_wide (const char *path)
{
  int size = MultiByteToWideChar (CP_UTF8, MB_ERR_INVALID_CHARS, path, -1,
                                  NULL, 0);
  wchar_t *wide;
  if (size == 0)
    {
      portalocker__set_errno (GetLastError ());
      return NULL;
    }
  wide = calls.calloc ((size_t) size, sizeof *wide);
  if (wide == NULL)
    portalocker__set_errno (ERROR_NOT_ENOUGH_MEMORY);
  else
    MultiByteToWideChar (CP_UTF8, 0, path, -1, wide, size);
  return wide;
}

/* The absolute path that WIDE means now, in new memory with MARK_ROOM; NULL and
   errno.  Frees WIDE.  */
static wchar_t *
to_whole (wchar_t *wide)
{
  DWORD size = calls.full_path (wide, 0, NULL);
  DWORD length = 0;
  wchar_t *whole = NULL;
  if (size == 0)
    portalocker__set_errno (GetLastError ());
  else
    {
      whole = calls.calloc (size + MARK_ROOM, sizeof *whole);
      if (whole == NULL)
        portalocker__set_errno (ERROR_NOT_ENOUGH_MEMORY);
    }
  if (whole != NULL)
    length = calls.full_path (wide, size, whole);
  if (whole != NULL && (length == 0 || length >= size))
    {
      /* It is longer when another thread has changed the current directory
         meanwhile.  */
      portalocker__set_errno (length == 0 ? GetLastError ()
                                          : ERROR_FILENAME_EXCED_RANGE);
      free (whole);
      whole = NULL;
    }
  free (wide);
  return whole;
}

static bool
is_slash (wchar_t c)
{
  return c == L'\\' || c == L'/';
}

/* Whether WIDE means the same whatever the current directory is.  */
static bool
is_absolute (const wchar_t *wide)
{
  return wide[0] != L'\0'
         && (wide[1] == L':' ? is_slash (wide[2])
                             : is_slash (wide[0]) && is_slash (wide[1]));
}

/* Of a relative path the whole is what must not be too long.  */
wchar_t *
portalocker__wide_path (const char *path)
{
  wchar_t *wide = to_wide (path);
  if (wide != NULL && (! is_absolute (wide) || wcslen (wide) >= SHORT_PATH))
    wide = to_whole (wide);
  if (wide != NULL && wcslen (wide) >= SHORT_PATH)
    mark_long (wide);
  return wide;
}

/* WIDE in UTF-8, in new memory; NULL and errno.  Frees WIDE.  */
static char *
to_utf8 (wchar_t *wide)
{
  int size = WideCharToMultiByte (CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
  char *text = calls.calloc (1, (size_t) size);
  if (text == NULL)
    portalocker__set_errno (ERROR_NOT_ENOUGH_MEMORY);
  else
    WideCharToMultiByte (CP_UTF8, 0, wide, -1, text, size, NULL, NULL);
  free (wide);
  return text;
}

char *
portalocker__absolute_path (const char *given)
{
  wchar_t *wide = to_wide (given);
  if (wide != NULL)
    wide = to_whole (wide);
  return wide != NULL ? to_utf8 (wide) : NULL;
}

static unsigned long
call_full_path (const wchar_t *path, unsigned long size, wchar_t *whole)
{
  return GetFullPathNameW (path, size, whole, NULL);
}

/* GetFullPathName leaves no slashes, and a colon only behind the drive.  */
char *
portalocker__last_part (char *path)
{
  char *last = strrchr (path, '\\');
  return last != NULL ? last + 1 : path;
}


/* ---- Open.  */

/* Whether the system answered so because the file is being removed.  */
static bool
is_being_removed (void)
{
  enum { STATUS_DELETE_PENDING_ = (int) 0xc0000056 };
  LONG (WINAPI *last_status) (void);
  portalocker__find_in_ntdll ("RtlGetLastNtStatus", &last_status);
  return last_status != NULL && last_status () == STATUS_DELETE_PENDING_;
}

/* Without FILE_WRITE_DATA each write goes to the end of the file.  LockFileEx
   wants a handle that can read or write data.  */
#define APPENDING \
  ((FILE_GENERIC_WRITE & ~(DWORD) FILE_WRITE_DATA) | FILE_READ_DATA)

static DWORD
access_of (int flags)
{
  DWORD access = 0;
  if ((flags & O_ACCMODE) != O_WRONLY)
    access |= GENERIC_READ;
  if ((flags & O_ACCMODE) != O_RDONLY)
    access |= (flags & (O_APPEND | OS_FOR_LOCK)) == O_APPEND
              ? APPENDING : GENERIC_WRITE;
  return access;
}

static DWORD
disposition_of (int flags)
{
  return (flags & O_CREAT) == 0 ? OPEN_EXISTING
         : (flags & O_EXCL) != 0 ? CREATE_NEW : OPEN_ALWAYS;
}

/* Permissions are those that the directory passes on.  The attribute "read
   only" is not what a mode without write permission means: it would also keep
   the holder from opening the file once more.  */
static DWORD
attributes_of (int flags)
{
  DWORD attributes = FILE_ATTRIBUTE_NORMAL;
  if ((flags & O_NOFOLLOW) != 0)
    attributes |= FILE_FLAG_OPEN_REPARSE_POINT;
  if ((flags & OS_FOR_LOCK) != 0)
    attributes |= FILE_FLAG_OVERLAPPED;
  return attributes;
}

/* Set errno for the path WIDE that could not be opened.  */
static void
explain_open (const wchar_t *wide)
{
  DWORD error = GetLastError ();
  DWORD attributes;
  if (error != ERROR_ACCESS_DENIED)
    {
      portalocker__set_errno (error);
      return;
    }
  if (is_being_removed ())
    {
      portalocker__set_errno (ERROR_DELETE_PENDING);
      return;
    }
  attributes = GetFileAttributesW (wide);
  portalocker__set_errno (attributes != INVALID_FILE_ATTRIBUTES
                          && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0
                          ? ERROR_DIRECTORY_NOT_SUPPORTED : error);
}

/* Whether HANDLE, which has ATTRIBUTES, is a link itself: what else has a
   reparse point (a file that is kept elsewhere, say) is a file.  */
static bool
is_link (HANDLE handle, DWORD attributes)
{
  FILE_ATTRIBUTE_TAG_INFO information;
  if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0)
    return false;
  return ! GetFileInformationByHandleEx (handle, FileAttributeTagInfo,
                                         &information, sizeof information)
         || IsReparseTagNameSurrogate (information.ReparseTag);
}

/* Whether what was opened is a link itself: close it then.  */
static bool
refuse_link (HANDLE handle)
{
  BY_HANDLE_FILE_INFORMATION information;
  if (! GetFileInformationByHandle (handle, &information)
      || ! is_link (handle, information.dwFileAttributes))
    return false;
  CloseHandle (handle);
  portalocker__set_errno (ERROR_CANT_RESOLVE_FILENAME);
  return true;
}

static os_file
call_open (const char *path, int flags, mode_t mode)
{
  SECURITY_ATTRIBUTES security
    = { sizeof security, NULL, (flags & O_CLOEXEC) == 0 };
  wchar_t *wide = portalocker__wide_path (path);
  HANDLE handle;
  (void) mode;
  if (wide == NULL)
    return -1;
  handle = CreateFileW (wide, access_of (flags), SHARE_ALL, &security,
                        disposition_of (flags), attributes_of (flags), NULL);
  if (handle == INVALID_HANDLE_VALUE)
    explain_open (wide);
  free (wide);
  if (handle != INVALID_HANDLE_VALUE && (flags & O_NOFOLLOW) != 0
      && refuse_link (handle))
    return -1;
  return (os_file) handle;
}

/* It is there, and can be read.  */
static os_file
call_open_program (void)
{
  wchar_t path[1024];
  DWORD size = sizeof path / sizeof path[0];
  DWORD length = GetModuleFileNameW (NULL, path, size);
  if (length == 0 || length >= size)
    return -1;
  return (os_file) CreateFileW (path, GENERIC_READ, SHARE_ALL, NULL,
                                OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
}

static int
call_redirect_to_null (int descriptor)
{
  int result, null = _open ("NUL", _O_WRONLY | _O_NOINHERIT);
  if (null < 0)
    return -1;
  result = _dup2 (null, descriptor);
  _close (null);
  return result;
}

static os_file
call_duplicate (os_file file, bool inherit)
{
  HANDLE copy, here = GetCurrentProcess ();
  if (! DuplicateHandle (here, (HANDLE) file, here, &copy, 0, inherit,
                         DUPLICATE_SAME_ACCESS))
    return portalocker__set_errno (GetLastError ());
  return (os_file) copy;
}

static int
call_close (os_file file)
{
  return check (CloseHandle ((HANDLE) file));
}


/* ---- What a file is.  */

static unsigned int
mode_of (HANDLE handle, bool follow, DWORD attributes)
{
  switch (GetFileType (handle))
    {
    case FILE_TYPE_PIPE:
      return S_IFIFO;
    case FILE_TYPE_CHAR:
      return S_IFCHR;
    default:
      return ! follow && is_link (handle, attributes) ? S_IFLNK
             : (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ? S_IFDIR
             : S_IFREG;
    }
}

/* Take the long number of a file, where the system (Windows 8) and the file
   system know it: the short one need not be unique on ReFS.  */
static void
take_long_number (HANDLE handle, os_stat *status)
{
  enum { FILE_ID_INFO_CLASS = 18 };
  struct { uint64_t volume, low, high; } id;
  if (! GetFileInformationByHandleEx (handle, (FILE_INFO_BY_HANDLE_CLASS)
                                              FILE_ID_INFO_CLASS,
                                      &id, sizeof id))
    return;
  status->st_ino = id.low;
  status->st_ino_high = id.high;
}

static int
status_of (HANDLE handle, bool follow, os_stat *status)
{
  BY_HANDLE_FILE_INFORMATION information;
  memset (&information, 0, sizeof information);
  if (! GetFileInformationByHandle (handle, &information)
      && GetFileType (handle) == FILE_TYPE_DISK)
    return portalocker__set_errno (GetLastError ());
  status->st_dev = information.dwVolumeSerialNumber;
  status->st_ino = (os_inode) information.nFileIndexHigh << 32
                   | information.nFileIndexLow;
  status->st_ino_high = 0;
  take_long_number (handle, status);
  status->st_mode = mode_of (handle, follow, information.dwFileAttributes);
  return 0;
}

/* Whether FILE is open; errno tells if not.  To Windows -1 is a handle too, of
   the process.  */
static bool
is_handle (os_file file)
{
  DWORD flags;
  if (file != -1)
    return check (GetHandleInformation ((HANDLE) file, &flags)) == 0;
  portalocker__set_errno (ERROR_INVALID_HANDLE);
  return false;
}

static int
call_fstat (os_file file, os_stat *status)
{
  if (! is_handle (file))
    return -1;
  return status_of ((HANDLE) file, true, status);
}

static int
look_at (const char *path, bool follow, os_stat *status)
{
  wchar_t *wide = portalocker__wide_path (path);
  DWORD flags = FILE_FLAG_BACKUP_SEMANTICS
                | (follow ? 0 : FILE_FLAG_OPEN_REPARSE_POINT);
  HANDLE handle;
  int result;
  if (wide == NULL)
    return -1;
  handle = CreateFileW (wide, 0, SHARE_ALL, NULL, OPEN_EXISTING, flags, NULL);
  /* One that is being removed is as good as gone.  */
  if (handle == INVALID_HANDLE_VALUE)
    portalocker__set_errno (is_being_removed () ? ERROR_FILE_NOT_FOUND
                                                : GetLastError ());
  free (wide);
  if (handle == INVALID_HANDLE_VALUE)
    return -1;
  result = status_of (handle, follow, status);
  CloseHandle (handle);
  return result;
}

static int
call_stat (const char *path, os_stat *status)
{
  return look_at (path, true, status);
}

static int
call_lstat (const char *path, os_stat *status)
{
  return look_at (path, false, status);
}

/* Of the access mode nothing is known here; what it lacks is told by the call
   that needs it.  */
static int
call_fcntl_int (os_file file, int command, int argument)
{
  if (! is_handle (file))
    return -1;
  if (command == F_SETFD)
    return check (SetHandleInformation ((HANDLE) file, HANDLE_FLAG_INHERIT,
                                        (argument & FD_CLOEXEC) != 0
                                        ? 0 : HANDLE_FLAG_INHERIT));
  return command == F_GETFL ? O_RDWR : 0;
}


/* ---- Data and names.  */

static off_t
call_lseek (os_file file, off_t offset, int whence)
{
  LARGE_INTEGER distance, result;
  distance.QuadPart = offset;
  if (! SetFilePointerEx ((HANDLE) file, distance, &result, (DWORD) whence))
    return portalocker__set_errno (GetLastError ());
  return (off_t) result.QuadPart;
}

static int
call_ftruncate (os_file file, off_t size)
{
  FILE_END_OF_FILE_INFO end;
  end.EndOfFile.QuadPart = size;
  return check (SetFileInformationByHandle ((HANDLE) file, FileEndOfFileInfo,
                                            &end, sizeof end));
}

static int
call_fsync (os_file file)
{
  return check (FlushFileBuffers ((HANDLE) file));
}

static int
call_unlink (const char *path)
{
  wchar_t *wide = portalocker__wide_path (path);
  int result;
  if (wide == NULL)
    return -1;
  result = check (DeleteFileW (wide));
  free (wide);
  return result;
}

static int
call_link (const char *path, const char *other)
{
  (void) path;
  (void) other;
  return portalocker__set_errno (ERROR_CALL_NOT_IMPLEMENTED);
}

/* As MoveFileExW, by the call of Windows 10 that lets a name go while somebody
   has its file open.  Return false where there is no such call.  */
static bool
move_over_open (const wchar_t *from, const wchar_t *to)
{
  enum { FILE_RENAME_INFO_EX = 22, REPLACE_POSIX = 1 | 2 };
  size_t length = wcslen (to) * sizeof *to;
  size_t size = sizeof (FILE_RENAME_INFO) + length;
  FILE_RENAME_INFO *information = calls.calloc (1, size);
  HANDLE handle = CreateFileW (from, DELETE | SYNCHRONIZE, SHARE_ALL, NULL,
                               OPEN_EXISTING, FILE_FLAG_WRITE_THROUGH, NULL);
  bool moved = false;
  if (information != NULL && handle != INVALID_HANDLE_VALUE)
    {
      DWORD flags = REPLACE_POSIX;
      /* The member of the older call, in whose place the flags are.  */
      memcpy (information, &flags, sizeof flags);
      information->FileNameLength = (DWORD) length;
      memcpy (information->FileName, to, length + sizeof *to);
      moved = SetFileInformationByHandle (handle,
                                          (FILE_INFO_BY_HANDLE_CLASS)
                                          FILE_RENAME_INFO_EX,
                                          information, (DWORD) size);
    }
  if (handle != INVALID_HANDLE_VALUE)
    CloseHandle (handle);
  free (information);
  return moved;
}

/* Move FROM as FLAGS say.  A program that looks for viruses, say, may have the
   file TO open for a moment: then try again for about a second.  */
static int
move (const wchar_t *from, const wchar_t *to, DWORD flags)
{
  DWORD pause, error = ERROR_SUCCESS;
  for (pause = 1; pause <= 512; pause *= 2)
    {
      if (calls.move_file (from, to, flags | MOVEFILE_WRITE_THROUGH))
        return 0;
      error = GetLastError ();
      if (error != ERROR_ACCESS_DENIED && error != ERROR_SHARING_VIOLATION)
        break;
      if ((flags & MOVEFILE_REPLACE_EXISTING) != 0
          && move_over_open (from, to))
        return 0;
      Sleep (pause);
    }
  return portalocker__set_errno (error);
}

static int
move_path (const char *path, const char *other, DWORD flags)
{
  wchar_t *from = portalocker__wide_path (path);
  wchar_t *to = from != NULL ? portalocker__wide_path (other) : NULL;
  int result = to != NULL ? move (from, to, flags) : -1;
  int error = errno;
  free (from);
  free (to);
  errno = error;
  return result;
}

static int
call_rename (const char *path, const char *other)
{
  return move_path (path, other, MOVEFILE_REPLACE_EXISTING);
}

static int
call_rename_noreplace (const char *path, const char *other)
{
  return move_path (path, other, 0);
}


/* ---- Descriptors of the C library.  */

os_file
os_file_of (int descriptor)
{
  return descriptor < 0 ? -1 : _get_osfhandle (descriptor);
}

/* DESCRIPTOR, or a copy of it with a number that is no standard descriptor's.
   A copy can be inherited until it is told otherwise.  */
static int
above_standard (int descriptor, int flags)
{
  int copy;
  if (descriptor < 0 || descriptor >= FIRST_FREE_FD)
    return descriptor;
  copy = above_standard (calls.dup (descriptor), flags);
  _close (descriptor);
  if (copy >= 0 && (flags & O_CLOEXEC) != 0)
    SetHandleInformation ((HANDLE) os_file_of (copy), HANDLE_FLAG_INHERIT, 0);
  return copy;
}

static int
call_to_descriptor (os_file file, int flags)
{
  return _open_osfhandle (file, (flags & (O_APPEND | O_CLOEXEC)) | _O_BINARY);
}

static os_file
call_reopen (os_file file, int flags)
{
  HANDLE handle = ReOpenFile ((HANDLE) file, access_of (flags), SHARE_ALL, 0);
  return handle != INVALID_HANDLE_VALUE
         ? (os_file) handle : portalocker__set_errno (GetLastError ());
}

int
os_to_descriptor (os_file file, int flags)
{
  int descriptor = calls.to_descriptor (file, flags);
  if (descriptor < 0)
    {
      calls.close (file);
      return portalocker__set_errno (ERROR_TOO_MANY_OPEN_FILES);
    }
  return above_standard (descriptor, flags);
}

/* The same file for the functions of C, which need a handle that waits.  */
int
os_lend (os_file file, int flags, int *lent, const char **call)
{
  os_file copy;
  if (*lent >= 0)
    return *lent;
  *call = "ReOpenFile";
  copy = calls.reopen (file, flags & ~OS_FOR_LOCK);
  if (copy == -1)
    return -1;
  *call = "_open_osfhandle";
  *lent = os_to_descriptor (copy, flags);
  return *lent;
}

void
os_close_descriptor (int descriptor)
{
  _close (descriptor);
}

void
os_close_lent (int lent)
{
  if (lent >= 0)
    _close (lent);
}

os_file
portalocker__dup_above_standard (os_file fd, bool inherit)
{
  return calls.duplicate (fd, inherit);
}

/* What is written later goes to NUL; whoever discards closes the stream next.
   Where that fails, nothing can keep the text from the file.  */
void
portalocker__discard (FILE *stream)
{
  calls.redirect_to_null (_fileno (stream));
}


/* ---- Locks.  */

static unsigned long
result_of (BOOL result)
{
  return result ? ERROR_SUCCESS : GetLastError ();
}

static unsigned long
call_lock_file (os_file file, unsigned long flags, uint64_t offset,
                void *event, void *overlapped)
{
  OVERLAPPED *call = overlapped;
  memset (call, 0, sizeof *call);
  call->Offset = (DWORD) offset;
  call->OffsetHigh = (DWORD) (offset >> 32);
  call->hEvent = event;
  return result_of (LockFileEx ((HANDLE) file, flags, 0, 1, 0, call));
}

static unsigned long
call_unlock_file (os_file file, uint64_t offset)
{
  OVERLAPPED call;
  memset (&call, 0, sizeof call);
  call.Offset = (DWORD) offset;
  call.OffsetHigh = (DWORD) (offset >> 32);
  return result_of (UnlockFileEx ((HANDLE) file, 0, 1, 0, &call));
}

static unsigned long
call_cancel_lock (os_file file, void *overlapped)
{
  return result_of (CancelIoEx ((HANDLE) file, overlapped));
}

static unsigned long
call_lock_result (os_file file, void *overlapped, bool wait)
{
  DWORD count;
  return result_of (GetOverlappedResult ((HANDLE) file, overlapped, &count,
                                         wait));
}

static void *
call_create_event (bool manual)
{
  return CreateEventW (NULL, manual, FALSE, NULL);
}


/* ---- Threads.  */

static uintptr_t
call_begin_thread (unsigned int (__stdcall *run) (void *argument),
                   void *argument)
{
  return _beginthreadex (NULL, 0, run, argument, 0, NULL);
}

static unsigned long
call_key_create (void (__stdcall *destroy) (void *value))
{
  return FlsAlloc (destroy);
}

static int
call_key_set (unsigned long index, void *value)
{
  return FlsSetValue (index, value);
}

static unsigned long
call_wait (unsigned long count, void *const *objects,
           unsigned long milliseconds)
{
  return WaitForMultipleObjects (count, objects, FALSE, milliseconds);
}


/* ---- What is not there.  */

static int
call_atfork (void (*prepare) (void), void (*parent) (void),
             void (*child) (void))
{
  (void) prepare;
  (void) parent;
  (void) child;
  return 0;
}

static int
call_dup2 (os_file file, os_file other)
{
  (void) file;
  (void) other;
  return portalocker__set_errno (ERROR_CALL_NOT_IMPLEMENTED);
}

static int
call_move_file (const wchar_t *from, const wchar_t *to, unsigned long flags)
{
  return MoveFileExW (from, to, flags);
}

struct portalocker__calls portalocker__calls =
{
  .calloc = calloc,
  .atfork = call_atfork,
  .begin_thread = call_begin_thread,
  .key_create = call_key_create,
  .key_set = call_key_set,
  .wait = call_wait,
  .full_path = call_full_path,
  .move_file = call_move_file,
  .open_program = call_open_program,
  .redirect_to_null = call_redirect_to_null,
  .duplicate = call_duplicate,
  .dup = _dup,
  .open = call_open,
  .close = call_close,
  .lseek = call_lseek,
  .ftruncate = call_ftruncate,
  .fsync = call_fsync,
  .fstat = call_fstat,
  .stat = call_stat,
  .lstat = call_lstat,
  .link = call_link,
  .unlink = call_unlink,
  .rename = call_rename,
  .rename_noreplace = call_rename_noreplace,
  .dup2 = call_dup2,
  .fcntl_int = call_fcntl_int,
  .to_descriptor = call_to_descriptor,
  .reopen = call_reopen,
  .fdopen = fdopen,
  .fflush = fflush,
  .fseeko = fseeko,
  .fclose = fclose,
  .lock_file = call_lock_file,
  .unlock_file = call_unlock_file,
  .cancel_lock = call_cancel_lock,
  .lock_result = call_lock_result,
  .create_event = call_create_event
};
