# Signing: what Protect-RemediationPlaybook writes, another program verifies.
BeforeDiscovery {
    $openssl = [bool] (Get-Command openssl -CommandType Application -ErrorAction Ignore)
    if (-not $openssl) { Write-Host 'openssl is not installed: the comparison with it is skipped.' }
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"

    function New-Certificate([string] $Name, [string] $Usage = '1.3.6.1.5.5.7.3.3') {
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$Name", $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        if ($Usage) {
            $use = [Security.Cryptography.OidCollection]::new()
            $null = $use.Add($Usage)
            $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509EnhancedKeyUsageExtension]::new($use, $false))
        }

        $request.CreateSelfSigned([datetimeoffset]::Now.AddMinutes(-5), [datetimeoffset]::Now.AddDays(2))
    }

    $certificate = New-Certificate Operations
    $password = ConvertTo-SecureString 'a b"c' -AsPlainText -Force
    [IO.File]::WriteAllBytes("$TestDrive/operations.pfx", $certificate.Export('Pfx', 'a b"c'))
}

Describe 'Protect-RemediationPlaybook' {
    BeforeEach {
        $playbook = "$TestDrive/$(New-Guid).yaml"
        [IO.File]::WriteAllText($playbook, "version: 1`r`nname: one`n")
    }

    It 'writes a signature beside the playbook and leaves that alone' {
        $signature = Protect-RemediationPlaybook $playbook -Certificate $certificate -WarningVariable warnings
        $signature.PSObject.TypeNames[0] | Should -Be 'KernelFault.Playbooks.Signing.PlaybookSignature'
        $signature.Status | Should -Be 'Valid'
        $signature.Subject | Should -Be 'CN=Operations'
        $signature.Thumbprint | Should -Be $certificate.Thumbprint
        $signature.Path | Should -Be $playbook
        $signature.Hash | Should -Be (Get-FileHash $playbook).Hash.ToLowerInvariant()
        [IO.File]::ReadAllText($playbook) | Should -Be "version: 1`r`nname: one`n"
        "$playbook.p7s" | Should -Exist
        "$playbook.p7s.new" | Should -Not -Exist
        $warnings | Should -BeNullOrEmpty
    }

    It 'writes what openssl verifies' -Skip:(-not $openssl) {
        Protect-RemediationPlaybook $playbook -CertificatePath "$TestDrive/operations.pfx" -Password $password
        Set-Content "$TestDrive/ca.pem" $certificate.ExportCertificatePem()
        openssl cms -verify -binary -inform DER -in "$playbook.p7s" -content $playbook -CAfile "$TestDrive/ca.pem" -purpose any -out "$TestDrive/out" 2>&1 | Should -Match 'successful'
        (Get-FileHash "$TestDrive/out").Hash | Should -Be (Get-FileHash $playbook).Hash
        Add-Content $playbook '#'
        openssl cms -verify -binary -inform DER -in "$playbook.p7s" -content $playbook -CAfile "$TestDrive/ca.pem" -purpose any -out "$TestDrive/out" 2>&1 | Out-String | Should -Match 'failure'
    }

    It 'replaces a signature with -Force only' {
        Protect-RemediationPlaybook $playbook -Certificate $certificate
        $before = (Get-FileHash "$playbook.p7s").Hash
        $other = New-Certificate Other
        Protect-RemediationPlaybook $playbook -Certificate $other -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.Exception.Message | Should -BeLike '*-Force*'
        (Get-FileHash "$playbook.p7s").Hash | Should -Be $before
        (Protect-RemediationPlaybook $playbook -Certificate $other -Force).Subject | Should -Be 'CN=Other'
    }

    It 'writes nothing with -WhatIf' {
        Protect-RemediationPlaybook $playbook -Certificate $certificate -WhatIf | Should -BeNullOrEmpty
        "$playbook.p7s" | Should -Not -Exist
    }

    It 'takes files from the pipeline and by wildcards' {
        (Get-Item $playbook | Protect-RemediationPlaybook -Certificate $certificate).Status | Should -Be 'Valid'
        New-Item -ItemType Directory "$TestDrive/many" | Out-Null
        'a', 'b' | ForEach-Object { Set-Content "$TestDrive/many/$_.yaml" $_ }
        (Protect-RemediationPlaybook "$TestDrive/many/*.yaml" -Certificate $certificate).Count | Should -Be 2
    }

    It 'warns of a certificate that is not for code' {
        (Protect-RemediationPlaybook $playbook -Certificate (New-Certificate Web '1.3.6.1.5.5.7.3.1') -WarningVariable warnings -WarningAction SilentlyContinue).Status | Should -Be 'Valid'
        $warnings | Should -BeLike '*not meant for code signing*'
    }

    It 'says what is wrong with <What>' -ForEach @(
        @{ What = 'a password'; Script = { Protect-RemediationPlaybook $playbook -CertificatePath "$TestDrive/operations.pfx" -Password (ConvertTo-SecureString 'no' -AsPlainText -Force) }; Message = '*operations.pfx*' }
        @{ What = 'a missing file'; Script = { Protect-RemediationPlaybook $playbook -CertificatePath "$TestDrive/none.pfx" }; Message = '*does not exist*' }
        @{ What = 'a certificate without key'; Script = { Protect-RemediationPlaybook $playbook -Certificate ([Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.RawData)) }; Message = '*private key*' }
    ) {
        $Script | Should -Throw $Message
        "$playbook.p7s" | Should -Not -Exist
    }

    It 'gives an error record for a playbook that is not there, and signs the others' {
        $signatures = Protect-RemediationPlaybook "$TestDrive/none.yaml", $playbook -Certificate $certificate -ErrorVariable problem -ErrorAction SilentlyContinue
        $signatures.Path | Should -Be $playbook
        $problem.Count | Should -Be 1
        $problem[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }
}
