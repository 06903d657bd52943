using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace EwasteEpr.Kernel;

/// <summary>Keyed hashes for what only has to be recognised, sealed bytes for what has to be read again; one key per purpose.</summary>
/// <remarks>
/// The master key (32 bytes) lives outside the database, so that a stolen copy of the database opens nothing:
/// the setting <c>EWASTE_SECRET_KEY</c> (base64) or, without it, the file <c>secret.key</c> of mode 600 in the data folder.
/// Every node of one installation needs the same key, and a backup of the database is worth little without it.
/// </remarks>
public sealed class Secrets
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;
    private readonly byte[] master;
    private readonly ConcurrentDictionary<string, byte[]> keys = new(StringComparer.Ordinal);

    public Secrets(byte[] master)
    {
        ArgumentNullException.ThrowIfNull(master);
        this.master = master.Length == KeyBytes ? master : throw new ArgumentException("The master key is 32 bytes.", nameof(master));
    }

    /// <exception cref="FormatException">The configured key is not 32 bytes in base64.</exception>
    public static Secrets Load(string? configured, string folder)
    {
        if (string.IsNullOrEmpty(configured))
        {
            return new Secrets(SecretFile.ReadOrCreate(Path.Combine(folder, "secret.key"), KeyBytes));
        }

        var bytes = Convert.FromBase64String(configured);
        return bytes.Length == KeyBytes ? new Secrets(bytes) : throw new FormatException("EWASTE_SECRET_KEY must be 32 bytes in base64.");
    }

    /// <summary>The same text and purpose give the same hash; without the key nobody can compute it or try texts against it.</summary>
    public byte[] Hash(string purpose, string text) => HMACSHA256.HashData(Key("hash:" + purpose), Encoding.UTF8.GetBytes(text));

    public byte[] Seal(string purpose, ReadOnlySpan<byte> plain)
    {
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(Key("seal:" + purpose), TagBytes);
        cipher.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes));
        return box;
    }

    public byte[] Seal(string purpose, string text) => Seal(purpose, Encoding.UTF8.GetBytes(text));

    /// <exception cref="CryptographicException">Sealed with another key, for another purpose, or altered.</exception>
    public byte[] Open(string purpose, byte[] box)
    {
        ArgumentNullException.ThrowIfNull(box);
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(Key("seal:" + purpose), TagBytes);
        cipher.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain);
        return plain;
    }

    public string OpenText(string purpose, byte[] box) => Encoding.UTF8.GetString(Open(purpose, box));

    private byte[] Key(string purpose) =>
        keys.GetOrAdd(purpose, static (name, secret) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyBytes, info: Encoding.UTF8.GetBytes("ewaste:" + name)), master);
}

/// <summary>A file of random bytes that only its owner may read.</summary>
public static class SecretFile
{
    /// <summary>The file's bytes; made on first use. Two processes that start at once agree on one file.</summary>
    public static byte[] ReadOrCreate(string path, int length)
    {
        if (File.Exists(path))
        {
            return Read(path);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var draft = $"{path}.{Guid.CreateVersion7():N}";
        using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(length)) + "\n"));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft); // another process was first: its bytes count
        }

        return Read(path);
    }

    private static byte[] Read(string path) => Convert.FromBase64String(File.ReadAllText(path).Trim());
}
