using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations.Demo;

/// <summary>Passwords, keys and slugs of the demonstration, derived from one random file of the installation: the same at every start, known to nobody else.</summary>
public sealed class DemoSecrets
{
    public const string FileName = "demo.seed";
    private readonly byte[] seed;

    public DemoSecrets(byte[] seed) => this.seed = seed;

    public static DemoSecrets Load(string folder) => new(SecretFile.ReadOrCreate(Path.Combine(folder, FileName), 32));

    /// <summary>100 bits in groups that can be typed.</summary>
    public string Password(string person) => string.Join('-', Code("password:" + person, 20).Chunk(5).Select(group => new string(group)));

    public string ApiKey(string organisation) => ApiKeyPrefix(organisation) + "_" + Code("api-key:" + organisation, 26).ToLowerInvariant();

    public string Slug(string organisation) => Code("slug:" + organisation, 10).ToLowerInvariant();

    internal string ApiKeyPrefix(string organisation) => ApiKeyService.Prefix(Code("api-key-prefix:" + organisation, 8));

    /// <summary>Changes with the seed and tells nothing about it.</summary>
    internal string Fingerprint(string rest) => Code("fingerprint:" + rest, 26);

    private string Code(string purpose, int length) => Crockford.From(HMACSHA256.HashData(seed, Encoding.UTF8.GetBytes(purpose)), length);
}
