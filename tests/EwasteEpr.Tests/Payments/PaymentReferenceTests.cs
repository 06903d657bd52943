using EwasteEpr.Kernel;
using EwasteEpr.Payments.Invoicing;

namespace EwasteEpr.Tests.Payments;

public sealed class PaymentReferenceTests
{
    [Fact]
    public void New_IsReadBackHoweverItIsTyped()
    {
        for (var i = 0; i < 200; i++)
        {
            var reference = PaymentReference.New();
            Assert.Equal(reference, PaymentReference.Parse(reference));
            Assert.Equal(reference, PaymentReference.Parse($" {reference[..4].ToLowerInvariant()} {reference[4..]}"));
            Assert.Equal([reference], PaymentReference.FindIn($"Оплата по счёту INV-2026-000012, {reference[..4]}-{reference[4..]} без НДС"));
            Assert.Equal([reference], PaymentReference.FindIn($"утилизационный платёж {reference[..4]} {reference[4..]}"));
        }
    }

    [Fact]
    public void Parse_FindsEveryWrongCharacterAndEveryExchangeOfTwo()
    {
        var reference = PaymentReference.New();
        for (var i = 0; i < reference.Length; i++)
        {
            foreach (var wrong in Crockford.Alphabet.Where(c => c != reference[i]))
            {
                Assert.Null(PaymentReference.Parse(reference[..i] + wrong + reference[(i + 1)..]));
            }

            for (var j = i + 1; j < reference.Length; j++)
            {
                var swapped = reference.ToCharArray();
                (swapped[i], swapped[j]) = (swapped[j], swapped[i]);
                var text = new string(swapped);
                Assert.Equal(text == reference ? reference : null, PaymentReference.Parse(text));
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1234567")]
    [InlineData("UUUUUUUU")]
    public void Parse_WhatIsNoReference_IsNone(string? text) => Assert.Null(PaymentReference.Parse(text));
}
