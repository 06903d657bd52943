namespace EwasteEpr.Web.Hosting;

/// <summary>Says that this process uses the database server of a data folder, so that only the last one to leave stops it.</summary>
/// <remarks>
/// A shared lock on a file: the kernel releases it even after a kill -9, so a crashed site never keeps the server alive for ever,
/// and a verb that ends beside a running site does not take the site's database with it.
/// </remarks>
public sealed class DataFolderUse : IDisposable
{
    private readonly string file;
    private FileStream? shared;

    private DataFolderUse(string file, FileStream shared)
    {
        this.file = file;
        this.shared = shared;
    }

    /// <summary>Waits while another process is stopping the server.</summary>
    public static async Task<DataFolderUse> BeginAsync(string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "in-use.lock");
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (!File.Exists(file))
                {
                    await File.WriteAllTextAsync(file, "", ct);
                }

                return new DataFolderUse(file, new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read));
            }
            catch (IOException) when (attempt < 300)
            {
                await Task.Delay(100, ct);
            }
        }
    }

    /// <summary>Runs <paramref name="stop"/> if nobody else uses the folder; newcomers wait until it is done.</summary>
    public async Task EndAsync(Func<Task> stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        Dispose();
        FileStream alone;
        try
        {
            alone = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return; // another process still uses the server
        }

        await using (alone)
        {
            await stop();
        }
    }

    public void Dispose()
    {
        shared?.Dispose();
        shared = null;
    }
}
