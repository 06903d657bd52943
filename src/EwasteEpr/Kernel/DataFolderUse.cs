namespace EwasteEpr.Kernel;

/// <summary>Who uses a data folder, told by the system's own file locks: a killed process lets go of them by dying.</summary>
/// <remarks>Everybody who uses the folder's server holds one lock in common; the last one out, who can have it alone, stops the server.</remarks>
internal sealed class DataFolderUse : IDisposable
{
    private readonly string useFile;
    private FileStream? shared;

    private DataFolderUse(string useFile, FileStream shared)
    {
        this.useFile = useFile;
        this.shared = shared;
    }

    /// <summary>Waits while another process stops the server of this folder.</summary>
    public static async Task<DataFolderUse> EnterAsync(string folder, CancellationToken ct)
    {
        var useFile = Path.Combine(folder, "postgres.in-use");
        await using (new FileStream(useFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            // there is a file to lock
        }

        return new DataFolderUse(useFile, await LockAsync(useFile, FileAccess.Read, FileShare.Read, ct));
    }

    /// <summary>Only one process at a time makes or starts the server.</summary>
    public static Task<FileStream> StartingAsync(string folder, CancellationToken ct) =>
        LockAsync(Path.Combine(folder, "postgres.starting"), FileAccess.ReadWrite, FileShare.None, ct);

    /// <summary>Lets go of the folder.</summary>
    /// <returns>The lock to hold while stopping the server, or none when somebody else still uses it.</returns>
    public FileStream? Leave()
    {
        Dispose();
        return TryLock(useFile, FileAccess.ReadWrite, FileShare.None);
    }

    public void Dispose()
    {
        shared?.Dispose();
        shared = null;
    }

    private static async Task<FileStream> LockAsync(string file, FileAccess access, FileShare share, CancellationToken ct)
    {
        while (true)
        {
            if (TryLock(file, access, share) is { } held)
            {
                return held;
            }

            await Task.Delay(50, ct);
        }
    }

    private static FileStream? TryLock(string file, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(file, access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate, access, share);
        }
        catch (IOException problem) when (problem is not FileNotFoundException and not DirectoryNotFoundException)
        {
            return null; // somebody holds it
        }
    }
}
